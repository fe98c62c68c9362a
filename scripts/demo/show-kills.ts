import { randomBytes, randomInt } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from './api.ts'
import { ownFolder } from './belongings.ts'
import { distinctPhotos } from './distinct-photos.ts'
import { findFreePort } from './free-port.ts'
import { type KillProgress, runKills } from './kill-run.ts'
import { isKept } from './ledger.ts'
import { startLedgerReceiver } from './ledger-receiver.ts'
import { startMortalServer } from './mortal-server.ts'
import { say, sayDone, whileDoing } from './say.ts'
import { paint, type Screen } from './screen.ts'
import { newTenant } from './server-process.ts'
import { shortRetrySchedule } from './stage.ts'
import { tableOfLedger } from './tables.ts'
import { flow } from './text.ts'

const imageCount = 100
const killCount = 10
const uploaderCount = 4

/** Between two uploads of one uploader, so that the images last for all kills. */
const pauseMs = 300

/** How long the server lives, from when it listens: 0.7 to 1 s. */
const lifeMs = (): number => randomInt(700, 1000)

const bar = (count: number, width: number): string => {
  const full = Math.round((count / imageCount) * width)
  return paint('good', '█'.repeat(full)) + paint('quiet', '░'.repeat(width - full))
}

const counts = ({ acknowledged, brokenCount, killCount: killed }: KillProgress, received: number): string[] => [
  `${acknowledged.size}/${imageCount} acknowledged,`,
  `${received} webhooks,`,
  `${brokenCount} uploads broken,`,
  `${killed} kills`,
]

/** Kills the server again and again while images are uploaded. Answers whether nothing was lost. */
export const showKills = async (screen: Screen): Promise<boolean> => {
  screen.print('', `  ${paint('title', 'Imagehooks: kill -9, and nothing acknowledged is lost')}`, '')
  const folder = ownFolder()
  const dataFolder = join(folder.path, 'server')
  mkdirSync(dataFolder)
  const secret = randomBytes(24).toString('base64url')
  const tenant = newTenant()
  const images = await whileDoing(screen, 'Making photos', () => distinctPhotos(imageCount))
  const receiver = await startLedgerReceiver(secret)
  const server = await whileDoing(screen, 'Starting the server', async () =>
    startMortalServer({ dataFolder, port: await findFreePort(), tenant, retrySchedule: shortRetrySchedule }),
  )
  const api = connect(server.url, tenant)
  await api.register(receiver.url, secret)
  sayDone(screen, 'server  ', `${server.url}, the same port and the same data in every life`)
  sayDone(screen, 'receiver', `${receiver.url}, verifies and writes down every webhook`)
  say(screen, `Retries are shortened for this demo: ${shortRetrySchedule.replaceAll(',', ', ')}.`, 'news')
  say(screen, `${imageCount} photos, ${uploaderCount} at a time; kill -9 every 0.7 to 1 s, ${killCount} times.`, 'news')
  screen.print('')

  let progress: KillProgress = { acknowledged: new Map(), brokenCount: 0, killCount: 0 }
  screen.show((columns, spinner) => [
    `  ${paint('news', spinner)} ${bar(progress.acknowledged.size, Math.min(60, columns - 6))}`,
    ...flow(counts(progress, receiver.receipts.length), columns - 4).map((line) => `    ${line}`),
  ])
  const { ledger } = await runKills({
    server,
    api,
    receiver,
    images,
    uploaderCount,
    killCount,
    nextKill: () => sleep(lifeMs()),
    beforeUpload: () => sleep(pauseMs),
    onProgress(next) {
      const isKill = next.killCount > progress.killCount
      progress = next
      if (isKill && !screen.isLive)
        screen.print(`  kill ${next.killCount}: ${counts(next, receiver.receipts.length).slice(0, 3).join(' ')}`)
    },
  })
  screen.show(undefined)
  screen.print(...tableOfLedger(ledger, progress), '')
  const kept = isKept(ledger)
  if (kept) say(screen, `✓ All ${ledger.acknowledgedCount} acknowledged uploads were told. Nothing was lost.`, 'good')
  else say(screen, `✗ The promise was broken: ${ledger.lost.length} of ${ledger.acknowledgedCount} lost.`, 'bad')
  await whileDoing(screen, 'Stopping', async () => {
    await server.stop()
    await receiver.close()
    folder.remove()
  })
  return kept
}
