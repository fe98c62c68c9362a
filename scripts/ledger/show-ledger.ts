import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { isKept, type Ledger } from '../demo/ledger.ts'
import { say, sayDone, whileDoing } from '../demo/say.ts'
import { paint, type Screen } from '../demo/screen.ts'
import { linesOf, newTable, shouldBeZero } from '../demo/tables.ts'
import { flow } from '../demo/text.ts'
import { type Books, openBooks } from './books.ts'
import { type Ground, setClusterGround, setSqliteGround } from './ground.ts'
import { meetClusterHazards, meetSqliteHazards } from './hazards.ts'
import { startUploads } from './steady-uploads.ts'

/** What is to be shown. */
export type LedgerWish = { readonly minutes: number; readonly database: 'sqlite' | 'postgres' }

const uploadsPerSecond = 10
/** Short, so that many lanes change hands in a run. */
const leaseMs = 3000
/** For what was acknowledged and not yet told when the uploads end. */
const patienceMs = 60_000

/** How long a receiver works before it answers, so that every hazard meets webhooks whose answer is still to come. */
const work = async (): Promise<boolean> => {
  await sleep(randomInt(0, 30))
  return true
}

type Run = {
  readonly ground: Ground
  readonly deaths: readonly string[]
  readonly setting: string
  meetHazards(books: Books, until: number): Promise<void>
}

const setRun = async (database: LedgerWish['database']): Promise<Run> => {
  if (database === 'sqlite') {
    const ground = await setSqliteGround(work)
    return {
      ground,
      deaths: [],
      setting: 'one process on SQLite, killed -9 every few seconds',
      meetHazards: (books, until) => meetSqliteHazards(ground, books, until),
    }
  }
  const ground = await setClusterGround(leaseMs, work)
  return {
    ground,
    deaths: ground.deaths,
    setting: `two API nodes and three workers on PostgreSQL and S3, leases of ${leaseMs / 1000} s: one worker killed -9 every few seconds, another stopped for longer than its lease, PostgreSQL restarted`,
    meetHazards: (books, until) => meetClusterHazards(ground, books, until, leaseMs),
  }
}

const counts = ({ acknowledged, brokenCount, hazards }: Books, { told }: Ground): string[] => [
  `${acknowledged.size} uploads acknowledged,`,
  `${told.reduce((total, { receiver }) => total + receiver.receipts.length, 0)} webhooks received,`,
  `${brokenCount} broken off,`,
  `${hazards.kill} kills,`,
  `${hazards.pause} pauses,`,
  `${hazards.restart} restarts`,
]

const bar = (share: number, width: number): string => {
  const full = Math.round(Math.min(1, share) * width)
  return paint('good', '█'.repeat(full)) + paint('quiet', '░'.repeat(width - full))
}

const tableOf = (ledger: Ledger, books: Books, { ground: { told }, deaths }: Run): string[] => {
  const table = newTable([], ['left', 'right'])
  table.push(
    ['acknowledged uploads', String(books.acknowledged.size)],
    ['endpoints, each told of every upload', String(told.length)],
    ['webhooks owed', String(ledger.acknowledgedCount)],
    ['received', String(ledger.receivedCount)],
    [paint('title', 'lost'), shouldBeZero(ledger.lost.length)],
    ['received again (duplicates)', String(ledger.duplicateCount)],
    ['… allowed: attempts begun and not settled', String(books.unsettledCount)],
    ['repeated with another body', shouldBeZero(ledger.alteredCount)],
    ['wrongly signed', shouldBeZero(ledger.forgedCount)],
    ['uploads broken off', String(books.brokenCount)],
    ['… webhooks of these that came all the same', String(ledger.unacknowledgedCount)],
    ['kill -9', String(books.hazards.kill)],
    ['pauses longer than a lease', String(books.hazards.pause)],
    ['restarts of PostgreSQL', String(books.hazards.restart)],
    ['processes that ended by themselves', shouldBeZero(deaths.length)],
  )
  return linesOf(table)
}

/** Uploads and does harm for so long, then shows the ledger. Answers whether every promise was kept. */
export const showLedger = async (screen: Screen, { minutes, database }: LedgerWish): Promise<boolean> => {
  screen.print('', `  ${paint('title', 'Imagehooks: the ledger')}`, '')
  const run = await whileDoing(screen, 'Starting everything', () => setRun(database))
  const { ground, deaths } = run
  sayDone(screen, 'setting', run.setting)
  sayDone(screen, 'load   ', `${uploadsPerSecond} uploads a second for ${minutes} min, ${ground.told.length} endpoints`)
  screen.print('')

  const books = openBooks(ground)
  const uploads = await startUploads(ground.api, books, uploadsPerSecond)
  const begunAt = performance.now()
  const lastsMs = minutes * 60_000
  screen.show((columns, spinner) => [
    `  ${paint('news', spinner)} ${bar((performance.now() - begunAt) / lastsMs, Math.min(60, columns - 6))}`,
    ...flow(counts(books, ground), columns - 4).map((line) => `    ${line}`),
  ])
  await run.meetHazards(books, begunAt + lastsMs)
  await sleep(Math.max(0, begunAt + lastsMs - performance.now()))
  await uploads.stop()
  const ledger = await books.settle(patienceMs)
  screen.show(undefined)
  screen.print(...tableOf(ledger, books, run), '')
  for (const sentence of deaths) say(screen, sentence, 'bad')

  const isBounded = ledger.duplicateCount <= books.unsettledCount
  if (isKept(ledger)) say(screen, `✓ All ${ledger.acknowledgedCount} webhooks owed were received.`, 'good')
  else say(screen, `✗ The promise was broken: ${ledger.lost.length} of ${ledger.acknowledgedCount} lost.`, 'bad')
  if (!isBounded) say(screen, '✗ More was repeated than had been begun and not settled.', 'bad')
  await whileDoing(screen, 'Stopping', ground.leave)
  return isKept(ledger) && isBounded && deaths.length === 0
}
