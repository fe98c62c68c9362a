/** What came of an effect that may happen once: it ran, or it had happened before. */
export type OnceOutcome = 'ran' | 'duplicate'

/** How long an effect is remembered. */
export type OnceOptions = {
  /** From now, in milliseconds. Default 30 days, as a receiver remembers events. */
  keepMs?: number
}

/** The default of {@link OnceOptions}. */
export const onceKeepMs = 30 * 86_400_000

/** The key under which an effect is remembered: beside the event's own, which the receiver holds meanwhile. */
export const onceKey = (key: string): string => `once|${key}`

/** Records an effect as done, unless it is; the values are key, token and the instants now and until when to keep it. */
export const onceSql = `insert into imagehooks_inbox (key, token, lease_until, keep_until, done_at) values ($1, $2, $3, $4, $3)
on conflict (key) do update set token = excluded.token, lease_until = excluded.lease_until,
  keep_until = excluded.keep_until, done_at = excluded.done_at
where imagehooks_inbox.keep_until <= $3
returning key`
