import { randomInt } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { ownFolder } from './belongings.ts'
import { distinctPhotos } from './distinct-photos.ts'
import { type KillProgress, runKills } from './kill-run.ts'
import { setKillStage } from './kill-stage.ts'
import { isKept } from './ledger.ts'
import { say, sayDone, whileDoing } from './say.ts'
import { paint, type Screen } from './screen.ts'
import { shortRetrySchedule } from './stage.ts'
import { tableOfLedger } from './tables.ts'
import { flow } from './text.ts'

const imageCount = 100
const killCount = 10
const uploaderCount = 4

/** Between two uploads of one uploader, so that the images last for all kills. */
const pause = (): Promise<void> => sleep(randomInt(250, 600))

/** How long a receiver works before it answers, so that a kill finds webhooks whose answer is still to come. */
const work = (): Promise<void> => sleep(randomInt(0, 30))

const bar = (count: number, width: number): string => {
  const full = Math.round((count / imageCount) * width)
  return paint('good', '█'.repeat(full)) + paint('quiet', '░'.repeat(width - full))
}

const counts = ({ acknowledged, brokenCount, killCount: killed }: KillProgress, received: number): string[] => [
  `${acknowledged.size} of ${imageCount} acknowledged,`,
  `${received} webhooks received,`,
  `${brokenCount} broken off,`,
  `${killed} ${killed === 1 ? 'kill' : 'kills'}`,
]

/** Says when to kill: 0.7 to 1 s after the server listens, and then in the midst of the next upload or its webhook. */
const aimKills = (): { next(): Promise<void>; onUpload(): void } => {
  const uploads = new EventEmitter()
  return {
    async next() {
      await sleep(randomInt(700, 1000))
      await once(uploads, 'begin')
      await sleep(randomInt(0, 25))
    },
    onUpload: () => void uploads.emit('begin'),
  }
}

/** Kills the server again and again while images are uploaded. Answers whether nothing was lost. */
export const showKills = async (screen: Screen): Promise<boolean> => {
  screen.print('', `  ${paint('title', 'Imagehooks: kill -9, and nothing acknowledged is lost')}`, '')
  const folder = ownFolder()
  const images = await whileDoing(screen, 'Making photos', () => distinctPhotos(imageCount))
  const stage = await whileDoing(screen, 'Starting the server', () =>
    setKillStage(folder.path, async () => {
      await work()
      return true
    }),
  )
  const { server, receiver } = stage
  sayDone(screen, 'server  ', `${server.url}, same port and data in every life`)
  sayDone(screen, 'receiver', `${receiver.url}, writes down every webhook`)
  say(screen, `Retries are shortened for this demo: ${shortRetrySchedule.replaceAll(',', ', ')}.`, 'news')
  say(
    screen,
    `${imageCount} photos, ${uploaderCount} at a time; kill -9 about every second, ${killCount} times, in the midst of an upload or its webhook.`,
    'news',
  )
  screen.print('')

  let progress: KillProgress = { acknowledged: new Map(), brokenCount: 0, killCount: 0 }
  screen.show((columns, spinner) => [
    `  ${paint('news', spinner)} ${bar(progress.acknowledged.size, Math.min(60, columns - 6))}`,
    ...flow(counts(progress, receiver.receipts.length), columns - 4).map((line) => `    ${line}`),
  ])
  const aim = aimKills()
  const { ledger } = await runKills({
    ...stage,
    images,
    uploaderCount,
    killCount,
    nextKill: aim.next,
    onUpload: aim.onUpload,
    pause,
    onProgress(next) {
      const isKill = next.killCount > progress.killCount
      progress = next
      if (isKill && !screen.isLive)
        screen.print(
          `  kill ${next.killCount}: ${counts(next, receiver.receipts.length).slice(0, 3).join(' ').slice(0, -1)}`,
        )
    },
  })
  screen.show(undefined)
  screen.print(...(screen.isLive ? [] : ['']), ...tableOfLedger(ledger, progress), '')
  const kept = isKept(ledger)
  if (kept) say(screen, `✓ All ${ledger.acknowledgedCount} acknowledged uploads were told. Nothing was lost.`, 'good')
  else say(screen, `✗ The promise was broken: ${ledger.lost.length} of ${ledger.acknowledgedCount} lost.`, 'bad')
  await whileDoing(screen, 'Stopping', async () => {
    await stage.leave()
    folder.remove()
  })
  return kept
}
