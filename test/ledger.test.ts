import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import type { Receipt } from '../scripts/demo/ledger.ts'
import { type Books, openBooks } from '../scripts/ledger/books.ts'
import { type Ground, setClusterGround, setSqliteGround } from '../scripts/ledger/ground.ts'
import { startUploads } from '../scripts/ledger/steady-uploads.ts'

const uploadsPerSecond = 10
const patienceMs = 30_000

/** Waits until something holds; rejects when patience is over. */
const until = async (what: string, holds: () => Promise<boolean> | boolean): Promise<void> => {
  const deadline = performance.now() + patienceMs
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`It was waited in vain until ${what}.`)
    await sleep(20)
  }
}

/** While it is shut, no webhook is answered: whoever owns a lane has an attempt under way that is not settled. */
const makeGate = () => {
  let shut: PromiseWithResolvers<boolean> | undefined
  let waiting: Receipt[] = []
  return {
    beforeAnswer: (receipt: Receipt): Promise<boolean> | boolean => {
      if (shut) waiting.push(receipt)
      return shut?.promise ?? true
    },
    /** Webhooks that wait for their answer. */
    waiting: (): readonly Receipt[] => waiting,
    shut(): void {
      shut = Promise.withResolvers()
      waiting = []
    },
    open(): void {
      shut?.resolve(true)
      shut = undefined
    },
  }
}

/** Shuts the gate and waits until a webhook to every endpoint waits at it. */
const holdAll = async ({ told }: Ground, gate: ReturnType<typeof makeGate>): Promise<void> => {
  gate.shut()
  await until('every endpoint is sent a webhook', () => {
    const waiting = new Set(gate.waiting())
    return told.every(({ receiver }) => receiver.receipts.some((receipt) => waiting.has(receipt)))
  })
}

const expectKept = async (books: Books): Promise<void> => {
  const ledger = await books.settle(patienceMs)
  expect(ledger).toMatchObject({ lost: [], alteredCount: 0, forgedCount: 0 })
  // An attempt may be repeated only where something came between its beginning and its settling.
  expect(ledger.duplicateCount).toBeLessThanOrEqual(books.unsettledCount)
  // Each hazard came while webhooks waited for their answer, so some had to be repeated.
  expect(ledger.duplicateCount).toBeGreaterThan(0)
}

const expectStored = async ({ api }: Ground, { acknowledged }: Books): Promise<void> => {
  for (const [imageId, photo] of acknowledged)
    expect(Buffer.from(await api.blob(imageId)).equals(await photo.bytes())).toBe(true)
}

test('kill -9 of the one process on SQLite: nothing acknowledged is lost', { timeout: 120_000 }, async () => {
  const gate = makeGate()
  const ground = await setSqliteGround(gate.beforeAnswer)
  onTestFinished(() => ground.leave())
  const books = openBooks(ground)
  const uploads = await startUploads(ground.api, books, uploadsPerSecond)
  for (let kills = 0; kills < 3; kills++) {
    await holdAll(ground, gate)
    const at = Date.now()
    await ground.server.killAndRevive(async () => {
      await books.note('kill', at)
      gate.open()
    })
  }
  await uploads.stop()
  expect(books.acknowledged.size).toBeGreaterThan(0)
  await expectKept(books)
  await expectStored(ground, books)
})

const leaseMs = 1500

test(
  'PostgreSQL, three workers: one killed again and again, one stopped beyond its lease, the database restarted',
  { timeout: 180_000 },
  async () => {
    const gate = makeGate()
    const ground = await setClusterGround(leaseMs, gate.beforeAnswer)
    onTestFinished(() => ground.leave())
    const { workers, postgres, read } = ground
    const [mortal, sleepy] = workers
    const owners = async (): Promise<number> => {
      const rows = await read('select distinct owner from lane where lease_until > db_now() and retired_at is null')
      return rows.length
    }
    const spread = (count: number): Promise<void> =>
      until(`${count} workers share the lanes`, async () => (await owners()) === count)
    const books = openBooks(ground)
    const uploads = await startUploads(ground.api, books, uploadsPerSecond)

    for (let kills = 0; kills < 2; kills++) {
      await spread(3)
      await holdAll(ground, gate)
      const at = Date.now()
      await mortal.killAndRevive(async () => {
        await books.note('kill', at)
        gate.open()
        await spread(2)
      })
    }

    await spread(3)
    await holdAll(ground, gate)
    const pausedAt = Date.now()
    await sleepy.pauseWhile(async () => {
      await books.note('pause', pausedAt)
      gate.open()
      await spread(2)
      // Every lane, also those of the worker that stands still, has found somebody who sends from it.
      await holdAll(ground, gate)
      gate.open()
    })

    for (const end of [postgres.halt, postgres.kill]) {
      await holdAll(ground, gate)
      const at = Date.now()
      await end()
      gate.open()
      await postgres.resume()
      await books.note('restart', at)
    }
    await spread(3)
    await uploads.stop()
    expect(books.acknowledged.size).toBeGreaterThan(0)
    await expectKept(books)
    await expectStored(ground, books)
    expect(ground.deaths).toEqual([])
  },
)
