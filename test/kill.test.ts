import { EventEmitter, once } from 'node:events'
import { copyFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { distinctPhotos } from '../scripts/demo/distinct-photos.ts'
import { runKills } from '../scripts/demo/kill-run.ts'
import { type KillStage, setKillStage } from '../scripts/demo/kill-stage.ts'
import type { Receipt } from '../scripts/demo/ledger.ts'
import { temporaryFolder } from './ground/temporary.ts'

const imageCount = 80
const killCount = 10
const uploaderCount = 4

/** Uploads that begin in one life; few, so that ten lives have something to do. */
const uploadsPerLife = 6

/** The events whose delivery to the endpoint a dead server left unsettled, read from a copy: a crash is not tidied up. */
const readPending = ({ dataFolder, endpointId }: KillStage): ReadonlySet<unknown> => {
  const copy = join(temporaryFolder(), 'copy.db')
  for (const suffix of ['', '-wal']) {
    const original = join(dataFolder, `imagehooks.db${suffix}`)
    if (existsSync(original)) copyFileSync(original, `${copy}${suffix}`)
  }
  const database = new DatabaseSync(copy)
  try {
    const query = "select event_id from delivery where endpoint_id = ? and state = 'pending'"
    const rows = database.prepare(query).all(endpointId)
    return new Set(rows.map((row) => row['event_id']))
  } finally {
    database.close()
  }
}

/** What a server dies at, by turns. */
const occasions = ['the first webhook', 'the third upload', 'the third acknowledgement'] as const

/** Plans each death, and sees to it that every life has uploads. The first webhook of a death stays unanswered. */
const planKills = () => {
  const moments = new EventEmitter()
  const withheld: Receipt[] = []
  let [begunCount, acknowledgedCount, isOver] = [0, 0, false]
  let occasion: (typeof occasions)[number] | undefined
  const isLifeFull = (): boolean => begunCount >= uploadsPerLife && !isOver
  const count = (counted: number, its: typeof occasion): void => {
    if (occasion === its && counted === 3) setImmediate(() => moments.emit('death'))
  }
  return {
    /** Receipts of which the server never saw the answer. */
    withheld,
    beforeAnswer(receipt: Receipt): boolean {
      if (occasion !== 'the first webhook') return true
      withheld.push(receipt)
      moments.emit('death')
      return false
    },
    async nextKill(killNumber: number): Promise<void> {
      ;[begunCount, acknowledgedCount] = [0, 0]
      occasion = occasions[killNumber % occasions.length]
      moments.emit('life')
      await once(moments, 'death')
    },
    onKilled(killNumber: number): void {
      occasion = undefined
      isOver = killNumber === killCount
      if (isOver) moments.emit('life')
    },
    async pause(): Promise<void> {
      while (isLifeFull()) await once(moments, 'life')
      begunCount += 1
      count(begunCount, 'the third upload')
    },
    onAcknowledged(): void {
      acknowledgedCount += 1
      count(acknowledgedCount, 'the third acknowledgement')
    },
  }
}

test(
  'ten times kill -9 during uploads and deliveries: what was acknowledged is told, and is there',
  { timeout: 180_000 },
  async () => {
    const plan = planKills()
    const stage = await setKillStage(temporaryFolder(), plan.beforeAnswer)
    onTestFinished(() => stage.leave())
    const { receiver, api } = stage
    let unsettledCount = 0

    const { ledger, acknowledged, ...run } = await runKills({
      ...stage,
      images: await distinctPhotos(imageCount),
      uploaderCount,
      killCount,
      patienceMs: 30_000,
      nextKill: plan.nextKill,
      pause: plan.pause,
      onAcknowledged: plan.onAcknowledged,
      async whileDead(killNumber) {
        const pending = readPending(stage)
        const received = new Set(receiver.receipts.map(({ webhookId }) => webhookId))
        unsettledCount += [...received].filter((webhookId) => pending.has(webhookId)).length
        plan.onKilled(killNumber)
      },
    })

    expect(run.killCount).toBe(killCount)
    expect(ledger).toMatchObject({ acknowledgedCount: imageCount, lost: [], alteredCount: 0, forgedCount: 0 })
    // An attempt may be repeated only where a kill came between its arrival and its settling.
    expect(ledger.duplicateCount).toBeLessThanOrEqual(unsettledCount)
    expect(plan.withheld.length).toBeGreaterThanOrEqual(Math.floor(killCount / occasions.length))
    for (const receipt of plan.withheld) {
      const last = receiver.receipts.findLast(({ webhookId }) => webhookId === receipt.webhookId)
      expect(plan.withheld, `${receipt.webhookId} was never answered and has to come again`).not.toContain(last)
    }
    for (const [imageId, image] of acknowledged) {
      expect((await api.find(imageId)).id).toBe(imageId)
      expect(Buffer.from(await api.blob(imageId)).equals(await image.bytes())).toBe(true)
    }
  },
)
