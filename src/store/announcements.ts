import {
  announcementKinds,
  type Announcement,
  type AnnouncementDetails,
  type AnnouncementKind,
} from '../domain/announcement.ts'
import { databaseNow, type Database, type Row, type Statement, type Value } from './database.ts'
import { jsonObject, number, text, word } from './row.ts'

/** Of one endpoint and kind the operator hears this often at most; what happens meanwhile is counted into the next. */
export const announceEveryMs = 3_600_000

/** How long the first of a kind waits for more of them. */
const collectMs: Readonly<Record<AnnouncementKind, number>> = {
  'endpoint.failing': 0,
  'endpoint.suspended': 0,
  'delivery.dead': 60_000,
}

/** What happened, to be counted into the announcement that collects, or to begin one with this id. */
export type Occurrence = {
  readonly id: string
  readonly kind: AnnouncementKind
  readonly endpointId: string
  readonly count: number
  readonly at: number
  readonly details: AnnouncementDetails
}

/** Announces what happened if the condition holds, which is looked at within the unit; its parameters begin at $8. */
const announceIf = (occurrence: Occurrence, condition: string, conditionParameters: readonly Value[]): Statement => ({
  sql: `insert into announcement (id, kind, endpoint_id, account_id, occurrence_count, first_at, last_at, details, due_at,
          attempt_count, sent_to, sealed_at, finished_at, outcome)
        select $1, $2, $3, (select account_id from endpoint where endpoint.id = $3), cast($4 as bigint), cast($5 as bigint), cast($5 as bigint), $6,
          (select case when coalesce(max(earlier.sealed_at), 0) + ${announceEveryMs} > ${databaseNow} + cast($7 as bigint)
                       then coalesce(max(earlier.sealed_at), 0) + ${announceEveryMs}
                       else ${databaseNow} + cast($7 as bigint) end
           from announcement as earlier where earlier.endpoint_id = $3 and earlier.kind = $2),
          0, '', null, null, null
        where ${condition}
        on conflict (endpoint_id, kind) where sealed_at is null do update set
          occurrence_count = announcement.occurrence_count + excluded.occurrence_count,
          last_at = excluded.last_at, details = excluded.details`,
  parameters: [
    occurrence.id,
    occurrence.kind,
    occurrence.endpointId,
    occurrence.count,
    occurrence.at,
    JSON.stringify(occurrence.details),
    collectMs[occurrence.kind],
    ...conditionParameters,
  ],
})

/** Stands behind the statement that suspends: says nothing when that one changed nothing. */
export const announceSuspension = (occurrence: Occurrence): Statement =>
  announceIf(
    occurrence,
    `exists (select 1 from endpoint where endpoint.id = $3 and state = 'suspended' and state_since = $5)`,
    [],
  )

/** Once for each failing: says nothing when the endpoint is not failing since before, or was announced already. */
export const announceFailing = (occurrence: Occurrence, failingBefore: number): Statement =>
  announceIf(
    occurrence,
    `exists (select 1 from endpoint_health
             where endpoint_health.endpoint_id = $3 and failing_since <= $8 and warned_at is null)`,
    [failingBefore],
  )

/** Stands behind the statement that gives a delivery up: says nothing when that one changed nothing. */
export const announceDeath = (occurrence: Occurrence, eventId: string): Statement =>
  announceIf(
    occurrence,
    `exists (select 1 from delivery
             where event_id = $8 and delivery.endpoint_id = $3 and delivery.state = 'dead' and finished_at = $5)`,
    [eventId],
  )

/** Deliveries of one endpoint that are given up together, as many as were read. */
export const announceDeaths = (occurrence: Occurrence): Statement => announceIf(occurrence, '1 = 1', [])

/** An announcement that this process has to send now, since it claimed it. */
export type ClaimedAnnouncement = Announcement & {
  /** This try's number, from 1: names the claim. */
  readonly attemptCount: number
  /** Names of the channels that have it. */
  readonly sentTo: readonly string[]
}

const toDetails = (stored: Readonly<Record<string, unknown>>): AnnouncementDetails => {
  const { reason, failingSince, suspendsAt, deliveryId } = stored
  return {
    ...(typeof reason === 'string' && { reason }),
    ...(typeof failingSince === 'number' && { failingSince }),
    ...(typeof suspendsAt === 'number' && { suspendsAt }),
    ...(typeof deliveryId === 'string' && { deliveryId }),
  }
}

const toClaimed = (row: Row): ClaimedAnnouncement => ({
  id: text(row, 'id'),
  kind: word(row, 'kind', announcementKinds),
  endpointId: text(row, 'endpoint_id'),
  accountId: text(row, 'account_id'),
  count: number(row, 'occurrence_count'),
  firstAt: number(row, 'first_at'),
  lastAt: number(row, 'last_at'),
  details: toDetails(jsonObject(row, 'details')),
  attemptCount: number(row, 'attempt_count'),
  sentTo: text(row, 'sent_to')
    .split(',')
    .filter((name) => name !== ''),
})

/** Whether there is something to send: a read, so that an idle server does not write. */
export const hasDueAnnouncement = async (database: Database): Promise<boolean> =>
  (
    await database.read(
      `select 1 as one from announcement where finished_at is null and due_at <= ${databaseNow} limit 1`,
      [],
    )
  ).length > 0

/**
 * Claims what is due for so long: nobody else gets it before that is over, whatever becomes of the one who claimed. What
 * collected is sealed, so that it is the same at every try.
 */
export const claimAnnouncements = async (
  database: Database,
  claimMs: number,
  limit: number,
): Promise<readonly ClaimedAnnouncement[]> => {
  const outcome = await database.write([
    {
      sql: `update announcement set sealed_at = coalesce(sealed_at, ${databaseNow}), due_at = ${databaseNow} + $1,
              attempt_count = attempt_count + 1
            where finished_at is null and due_at <= ${databaseNow} and id in (
              select id from announcement where finished_at is null and due_at <= ${databaseNow}
              order by due_at, id limit $2)
            returning *`,
      parameters: [claimMs, limit],
    },
  ])
  return outcome.committed ? (outcome.rows[0] ?? []).map(toClaimed) : []
}

/** Ends an announcement, if the claim still stands: every channel has it, or it was given up. */
export const finishAnnouncement = (
  { id, attemptCount }: ClaimedAnnouncement,
  outcome: 'sent' | 'given_up',
  sentTo: readonly string[],
): Statement => ({
  sql: `update announcement set outcome = $3, sent_to = $4, finished_at = ${databaseNow}
        where id = $1 and attempt_count = $2 and finished_at is null`,
  parameters: [id, attemptCount, outcome, sentTo.join(',')],
})

/** Puts the next try off, if the claim still stands; remembers the channels that have it. */
export const postponeAnnouncement = (
  { id, attemptCount }: ClaimedAnnouncement,
  delayMs: number,
  sentTo: readonly string[],
): Statement => ({
  sql: `update announcement set due_at = ${databaseNow} + $3, sent_to = $4
        where id = $1 and attempt_count = $2 and finished_at is null`,
  parameters: [id, attemptCount, delayMs, sentTo.join(',')],
})

/** Removes up to `limit` announcements that were finished before. */
export const removeFinishedAnnouncements = (before: number, limit: number): Statement => ({
  sql: `delete from announcement where id in (
          select id from announcement where finished_at is not null and finished_at < $1
          order by finished_at, id limit $2)`,
  parameters: [before, limit],
})
