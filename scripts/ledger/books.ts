import { setTimeout as sleep } from 'node:timers/promises'
import { balance, type Ledger } from '../demo/ledger.ts'
import type { Ground } from './ground.ts'

/** What is done to a server while it works. */
export type Hazard = 'kill' | 'pause' | 'restart'

/** The promises of a run, and what might excuse a repetition. */
export type Books = {
  /** Image ids of the acknowledged uploads, with what was uploaded. */
  readonly acknowledged: Map<string, Blob>
  /** Uploads whose answer never came or was not a success. */
  brokenCount: number
  /** How often each hazard was met. */
  readonly hazards: Readonly<Record<Hazard, number>>
  /** Attempts that had begun and were not settled when a hazard came: that many may be repeated. */
  readonly unsettledCount: number
  /** Writes down a hazard that came at this instant, while the attempts it met still stand as it left them. */
  note(hazard: Hazard, at: number): Promise<void>
  /**
   * Resolves when every acknowledged image was told to every endpoint, or patience is over: the promises and receipts of
   * all endpoints together.
   */
  settle(patienceMs: number): Promise<Ledger>
}

/**
 * Deliveries that were there at an instant and were not settled. One that another worker has taken up since may be
 * settled when this is asked; its attempt began after the instant.
 */
const unsettledAt = (at: number): string => `
  select event_id, endpoint_id from delivery where created_at <= ${at} and (state = 'pending' or exists (
    select 1 from attempt where attempt.event_id = delivery.event_id and attempt.endpoint_id = delivery.endpoint_id
      and attempt.started_at >= ${at}))`

const sum = (ledgers: readonly Ledger[]): Ledger => {
  const count = (key: Exclude<keyof Ledger, 'lost'>): number =>
    ledgers.reduce((total, ledger) => total + ledger[key], 0)
  return {
    acknowledgedCount: count('acknowledgedCount'),
    receivedCount: count('receivedCount'),
    lost: ledgers.flatMap(({ lost }) => lost),
    unacknowledgedCount: count('unacknowledgedCount'),
    duplicateCount: count('duplicateCount'),
    alteredCount: count('alteredCount'),
    forgedCount: count('forgedCount'),
  }
}

/** Opens empty books for a ground. */
export const openBooks = ({ told, read }: Ground): Books => {
  const acknowledged = new Map<string, Blob>()
  const hazards = { kill: 0, pause: 0, restart: 0 }
  let unsettledCount = 0
  const settled = (): Ledger =>
    sum(told.map(({ receiver }) => balance(new Set(acknowledged.keys()), receiver.receipts)))
  return {
    acknowledged,
    brokenCount: 0,
    hazards,
    get unsettledCount() {
      return unsettledCount
    },
    async note(hazard, at) {
      const rows = await read(unsettledAt(at))
      const unsettled = new Set(rows.map((row) => `${String(row['event_id'])} ${String(row['endpoint_id'])}`))
      const received = new Set(
        told.flatMap(({ endpointId, receiver }) =>
          receiver.receipts.map(({ webhookId }) => `${webhookId} ${endpointId}`),
        ),
      )
      unsettledCount += [...unsettled].filter((delivery) => received.has(delivery)).length
      hazards[hazard] += 1
    },
    async settle(patienceMs) {
      const deadline = performance.now() + patienceMs
      while (settled().lost.length > 0 && performance.now() < deadline) await sleep(50)
      return settled()
    },
  }
}
