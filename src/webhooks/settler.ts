import type { Attempt } from '../domain/delivery.ts'
import { insertAttempts } from '../store/attempts.ts'
import type { Database, Unit, UnitOutcome } from '../store/database.ts'
import type { Clock } from '../domain/clock.ts'
import { createTallyBook, type EndpointTally } from './tally-book.ts'

/** What is written at the end of an attempt or of deliveries, and what it counts as. */
export type Settlement = {
  /** What was made, recorded before the rest is written. */
  readonly attempt?: Attempt
  readonly unit: Unit
  readonly tallies: readonly EndpointTally[]
}

/**
 * Writes a settlement together with others and with their statistics, in one commit. Resolves when it is durable; rejects
 * when it does not hold or the database failed, and then nothing of it was counted, or all of it with its rows.
 */
export type Settle = (settlement: Settlement) => Promise<void>

/** Settlements in one unit. */
const mostTogether = 512
/** Turns of the event loop that a batch may grow for. */
const gatheringTurns = 8

type Waiting = {
  readonly settlement: Settlement
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

export type SettlerParts = {
  readonly database: Database
  readonly clock: Clock
  /** Names this process; unique among all that share the database. */
  readonly owner: string
}

const faultOf = (outcome: Extract<UnitOutcome, { committed: false }>): Error =>
  new Error(`Statement ${outcome.index} of a settling did not hold (${outcome.reason}).`)

/** Settles for one worker, one batch after the other; while one is written the next gathers. */
export const createSettler = ({ database, clock, owner }: SettlerParts): Settle => {
  const book = createTallyBook(owner)
  let waiting: Waiting[] = []
  let busy = false

  const write = async (batch: readonly Waiting[]): Promise<void> => {
    const entry = book.enter(
      batch.flatMap(({ settlement }) => settlement.tallies),
      clock.now(),
    )
    try {
      const outcome = await database.write([
        ...insertAttempts(batch.flatMap(({ settlement }) => settlement.attempt ?? [])),
        ...batch.flatMap(({ settlement }) => settlement.unit),
        ...entry.unit,
      ])
      if (outcome.committed) {
        entry.committed()
        for (const { resolve } of batch) resolve()
        return
      }
      if (batch.length > 1) {
        // One of them does not hold: each has to be written by itself to tell which. The parts are as they were.
        for (const one of batch) await write([one])
        return
      }
      throw faultOf(outcome)
    } catch (error) {
      entry.doubted()
      for (const { reject } of batch) reject(error)
    }
  }

  const run = async (): Promise<void> => {
    busy = true
    while (waiting.length > 0) {
      for (let turn = 0, before = 0; turn < gatheringTurns && waiting.length > before; turn++) {
        before = waiting.length
        if (before >= mostTogether) break
        await new Promise((resolve) => setImmediate(resolve))
      }
      const batch = waiting.slice(0, mostTogether)
      waiting = waiting.slice(mostTogether)
      await write(batch)
    }
    busy = false
  }

  return (settlement) =>
    new Promise((resolve, reject) => {
      waiting.push({ settlement, resolve, reject })
      if (!busy) void run()
    })
}
