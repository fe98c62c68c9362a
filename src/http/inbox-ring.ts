/** The last things that happened, for those who come later and those who wait. */
export type Ring<Entry> = {
  /** Takes one in; the oldest goes when there is no room. */
  add(entry: Entry): void
  /** What is there, oldest first. */
  entries(): readonly Entry[]
  /**
   * The oldest one behind `cursor` (0 = from the start), with its own cursor; waits for it when there is none yet.
   * Undefined once the signal is aborted. What went for want of room is passed over.
   */
  next(cursor: number, signal: AbortSignal): Promise<{ readonly cursor: number; readonly entry: Entry } | undefined>
}

/** A ring for `size` entries. */
export const createRing = <Entry>(size: number): Ring<Entry> => {
  const kept: Entry[] = []
  const waiting = new Set<() => void>()
  let addedCount = 0

  const arrival = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const wake = (): void => {
        waiting.delete(wake)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      waiting.add(wake)
      signal.addEventListener('abort', wake)
    })

  return {
    add(entry) {
      kept.push(entry)
      addedCount += 1
      if (kept.length > size) kept.shift()
      for (const wake of waiting) wake()
    },
    entries: () => [...kept],
    async next(cursor, signal) {
      while (!signal.aborted) {
        const index = Math.max(0, cursor - (addedCount - kept.length))
        const entry = kept[index]
        if (entry !== undefined) return { cursor: addedCount - kept.length + index + 1, entry }
        await arrival(signal)
      }
      return undefined
    },
  }
}
