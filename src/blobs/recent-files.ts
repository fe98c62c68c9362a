/** Names of files with their sizes, the least recently used first. Pure bookkeeping; touches no file. */
export type RecentFiles = {
  has(name: string): boolean
  /** Adds a file or moves it to the end, with its present size. */
  use(name: string, fileBytes: number): void
  forget(name: string): void
  /** Puts files before all that were used so far; one that was used keeps its place and size. */
  prepend(found: readonly (readonly [name: string, fileBytes: number])[]): void
  /** Forgets the least recently used until the rest is within the budget, and answers their names. */
  shrink(budgetBytes: number): string[]
  usage(): { sizeBytes: number; count: number }
}

/** An empty list. */
export const createRecentFiles = (): RecentFiles => {
  const sizes = new Map<string, number>()
  let sizeBytes = 0
  const forget = (name: string): void => {
    sizeBytes -= sizes.get(name) ?? 0
    sizes.delete(name)
  }
  const use = (name: string, fileBytes: number): void => {
    forget(name)
    sizes.set(name, fileBytes)
    sizeBytes += fileBytes
  }
  return {
    has: (name) => sizes.has(name),
    use,
    forget,
    prepend(found) {
      const used = [...sizes]
      for (const [name, fileBytes] of [...found, ...used]) use(name, fileBytes)
    },
    shrink(budgetBytes) {
      const gone: string[] = []
      for (const name of sizes.keys()) {
        if (sizeBytes <= budgetBytes) break
        gone.push(name)
        forget(name)
      }
      return gone
    },
    usage: () => ({ sizeBytes, count: sizes.size }),
  }
}
