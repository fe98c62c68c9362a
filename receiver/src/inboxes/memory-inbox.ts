import type { Inbox } from './inbox.ts'

/** How a memory inbox is made. */
export type MemoryInboxOptions = {
  /** How many events it remembers at most; beyond it the oldest that nobody holds is forgotten. Default 100 000. */
  maxCount?: number
  /** Milliseconds from any start. Default a clock that never goes back. */
  now?: () => number
}

type Entry = { token: string; leaseUntil: number; keepUntil: number; done: boolean }

/**
 * An inbox in this process: for tests, for development, and for one long-lived process that may handle an event twice
 * after a restart. On Workers use D1: an isolate forgets at any time.
 */
export const memoryInbox = ({ maxCount = 100_000, now = () => performance.now() }: MemoryInboxOptions = {}): Inbox => {
  const entries = new Map<string, Entry>()
  let claimCount = 0

  const isHeld = (entry: Entry, instant: number): boolean => !entry.done && instant < entry.leaseUntil

  const forgetOldest = (instant: number): void => {
    for (const [key, entry] of entries) {
      if (isHeld(entry, instant)) continue
      entries.delete(key)
      return
    }
  }

  return {
    async claim(key, { leaseMs, keepMs }) {
      const instant = now()
      const entry = entries.get(key)
      if (entry && instant < entry.keepUntil) {
        if (entry.done) return { state: 'done' }
        // Never more than a whole lease, should the clock have been set back.
        if (isHeld(entry, instant))
          return { state: 'busy', retryAfterMs: Math.min(entry.leaseUntil - instant, leaseMs) }
      }
      // Deleted first: the order of the map is the order of the claims.
      entries.delete(key)
      if (entries.size >= maxCount) forgetOldest(instant)
      const token = String(++claimCount)
      entries.set(key, { token, leaseUntil: instant + leaseMs, keepUntil: instant + keepMs, done: false })
      return { state: 'new', token }
    },
    async complete(key, token) {
      const entry = entries.get(key)
      if (entry?.token !== token) return false
      entry.done = true
      return true
    },
    async release(key, token) {
      const entry = entries.get(key)
      if (entry?.token === token && !entry.done) entries.delete(key)
    },
    async sweep(limit) {
      const instant = now()
      let count = 0
      for (const [key, entry] of entries) {
        if (count >= limit) break
        if (instant < entry.keepUntil) continue
        entries.delete(key)
        count += 1
      }
      return count
    },
  }
}
