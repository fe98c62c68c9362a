import type { Clock } from '../domain/clock.ts'
import {
  claimAnnouncements,
  finishAnnouncement,
  hasDueAnnouncement,
  postponeAnnouncement,
  type ClaimedAnnouncement,
} from '../store/announcements.ts'
import type { Database } from '../store/database.ts'
import { findEndpoint } from '../store/endpoints.ts'
import type { Log } from '../telemetry/log.ts'
import type { Channel } from './channel.ts'
import { messageOf } from './message.ts'

export type AnnouncerParts = {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  /** None: the log alone tells. */
  readonly channels: readonly Channel[]
}

/** Tells the operator what was announced in the store. Any number of processes may run one. */
export type Announcer = {
  start(): void
  /** Starts nothing more and breaks off what is being sent, which is sent again by the next one. */
  stop(): Promise<void>
}

const pollMs = 5000
/** Longer than all channels together may take for one announcement. */
const claimMs = 300_000
const claimLimit = 8

const secondMs = 1000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs

/** Delays between tries; after the last one an announcement is given up. */
export const announceScheduleMs: readonly number[] = [
  10 * secondMs,
  minuteMs,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  6 * hourMs,
]

/**
 * Each announcement is claimed by the database's clock, so that one process sends it, told to the log, and sent on every
 * channel, with tries of its own until each channel has it. What could not be sent in the end is told to the log as an
 * error. Nothing here appends an event or an announcement, so telling never causes more to tell.
 */
export const createAnnouncer = ({ database, clock, log, channels }: AnnouncerParts): Announcer => {
  const stopping = new AbortController()
  let cancel: (() => void) | undefined
  let running = Promise.resolve()

  const fieldsOf = ({ id, kind, endpointId, accountId, count, details }: ClaimedAnnouncement) => ({
    announcementId: id,
    kind,
    endpointId,
    accountId,
    count,
    ...details,
  })

  const tell = async (announcement: ClaimedAnnouncement): Promise<void> => {
    const { attemptCount, endpointId } = announcement
    if (attemptCount === 1) log.warn(fieldsOf(announcement), 'The operator is told of an endpoint')
    const message = messageOf(announcement, await findEndpoint(database, endpointId))
    const results = await Promise.all(
      channels
        .filter(({ name }) => !announcement.sentTo.includes(name))
        .map(async (channel) => ({ name: channel.name, failure: await channel.send(message, stopping.signal) })),
    )
    const failures = results.filter(({ failure }) => failure !== undefined)
    const sentTo = [
      ...announcement.sentTo,
      ...results.filter(({ failure }) => failure === undefined).map(({ name }) => name),
    ]
    const delayMs = stopping.signal.aborted ? 0 : announceScheduleMs[attemptCount - 1]
    if (failures.length === 0) await database.write([finishAnnouncement(announcement, 'sent', sentTo)])
    else if (delayMs !== undefined) {
      log.warn({ ...fieldsOf(announcement), failures }, 'An announcement could not be sent; it is tried again')
      await database.write([postponeAnnouncement(announcement, delayMs, sentTo)])
    } else {
      log.error({ ...fieldsOf(announcement), failures }, 'AN ANNOUNCEMENT COULD NOT BE SENT AND WAS GIVEN UP')
      await database.write([finishAnnouncement(announcement, 'given_up', sentTo)])
    }
  }

  const round = async (): Promise<void> => {
    while (!stopping.signal.aborted && (await hasDueAnnouncement(database))) {
      const claimed = await claimAnnouncements(database, claimMs, claimLimit)
      if (claimed.length === 0) return
      await Promise.all(claimed.map(tell))
    }
  }

  const schedule = (): void => {
    if (stopping.signal.aborted) return
    cancel = clock.after(pollMs, () => {
      running = round()
        .catch((err: unknown) => log.error({ err }, 'Announcements could not be read or settled; it is tried again'))
        .finally(schedule)
    })
  }

  return {
    start: schedule,
    async stop() {
      stopping.abort()
      cancel?.()
      await running
    },
  }
}
