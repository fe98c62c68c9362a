/**
 * Does the same work on many things, so many at once, and takes the next when one is done. Where one throws, the others
 * finish what they hold, nothing more is begun, and it rejects with what was thrown first.
 */
export const forMany = async <Item>(
  items: Iterator<Item> | AsyncIterator<Item>,
  atOnce: number,
  work: (item: Item) => Promise<void>,
  /** Begins nothing more once it is aborted. */
  stopping?: AbortSignal,
): Promise<void> => {
  let ended = false
  const takeTurns = async (): Promise<void> => {
    try {
      while (!ended && !stopping?.aborted) {
        const next = await items.next()
        if (next.done) return
        await work(next.value)
      }
    } finally {
      ended = true
    }
  }
  const outcomes = await Promise.allSettled(Array.from({ length: atOnce }, takeTurns))
  const broken = outcomes.find((outcome) => outcome.status === 'rejected')
  if (broken) throw broken.reason
}
