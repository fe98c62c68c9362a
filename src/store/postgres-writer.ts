import type { Unit, UnitOutcome } from './database.ts'
import type { Connections } from './postgres-pool.ts'
import { isPlain, runTogether, runUnit } from './postgres-units.ts'

type Pending = {
  readonly unit: Unit
  readonly plain: boolean
  readonly resolve: (outcome: UnitOutcome) => void
  readonly reject: (error: unknown) => void
}

/** Transactions of this process at once. */
const transactionLimit = 4
/** Units in one transaction. */
const unitsPerCommit = 64

export type Writer = {
  write(unit: Unit): Promise<UnitOutcome>
  /** Resolves when nothing is waiting or running. */
  settled(): Promise<void>
}

/**
 * Puts the units that wait into one transaction, so that one commit serves them all. Alone, a unit does not wait for
 * others; they gather while all transactions are under way. If one of them does not hold, each is run by itself, which
 * costs the common case nothing, where a savepoint for each would. With 64 writers at once this made about twice the
 * commits of a transaction for each unit.
 */
export const createWriter = (connections: Connections): Writer => {
  let waiting: Pending[] = []
  const running = new Set<Promise<void>>()
  let scheduled = false

  const schedule = (): void => {
    if (scheduled || waiting.length === 0 || running.size >= transactionLimit) return
    scheduled = true
    setImmediate(() => {
      scheduled = false
      while (waiting.length > 0 && running.size < transactionLimit) start(take())
    })
  }

  /** A unit whose counts have to be looked at on the way goes alone: others would wait for its round trips. */
  const take = (): readonly Pending[] => {
    const odd = waiting.findIndex(({ plain }) => !plain)
    const count = odd === 0 ? 1 : Math.min(odd === -1 ? waiting.length : odd, unitsPerCommit)
    const batch = waiting.slice(0, count)
    waiting = waiting.slice(count)
    return batch
  }

  const start = (batch: readonly Pending[]): void => {
    const run = (batch.length === 1 ? runEach(batch) : runBatch(batch)).finally(() => {
      running.delete(run)
      schedule()
    })
    running.add(run)
  }

  const runBatch = async (batch: readonly Pending[]): Promise<void> => {
    try {
      const units = batch.map(({ unit }) => unit)
      const outcomes = await connections.use((session) => runTogether(session, units))
      if (outcomes) for (const [index, outcome] of outcomes.entries()) batch[index]?.resolve(outcome)
      else await runEach(batch)
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }

  const runEach = async (batch: readonly Pending[]): Promise<void> => {
    for (const { unit, resolve, reject } of batch)
      await connections.use((session) => runUnit(session, unit)).then(resolve, reject)
  }

  return {
    write: (unit) =>
      new Promise((resolve, reject) => {
        waiting.push({ unit, plain: isPlain(unit), resolve, reject })
        schedule()
      }),
    async settled() {
      while (waiting.length > 0 || running.size > 0) {
        await Promise.all(running)
        await new Promise((resolve) => setImmediate(resolve))
      }
    },
  }
}
