/** What a program of this folder can be asked by the one that started it. */
export type Commands = Readonly<Record<string, (given: Readonly<Record<string, unknown>>) => unknown>>

type Asked = { readonly id: number; readonly name: string; readonly given: Readonly<Record<string, unknown>> }

const isAsked = (message: unknown): message is Asked =>
  typeof message === 'object' && message !== null && 'id' in message && 'name' in message && 'given' in message

/**
 * Answers what the parent asks, `memory` and `work` always, and ends with it: in order when told to, and at once when the parent is
 * gone, however that came about. `leave` puts away what the program has made.
 */
export const serveCommands = (commands: Commands, leave: () => Promise<void> = async () => {}): void => {
  const memory = (): Readonly<Record<string, number>> => ({
    rssBytes: process.memoryUsage().rss,
    heapBytes: process.memoryUsage().heapUsed,
    // In kilobytes, whatever the system.
    peakBytes: process.resourceUsage().maxRSS * 1024,
  })
  const work = (): Readonly<Record<string, number>> => {
    const { user, system } = process.cpuUsage()
    return { cpuMs: (user + system) / 1000 }
  }
  const all: Commands = { memory, work, ...commands }
  const answer = async (asked: unknown): Promise<void> => {
    if (!isAsked(asked)) return
    const { id, name, given } = asked
    try {
      process.send?.({ id, result: (await all[name]?.(given)) ?? {} })
    } catch (error) {
      process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    }
  }
  process.on('message', (message) => void answer(message))
  let leaving = false
  const end = (): void => {
    if (leaving) return
    leaving = true
    // What does not end by itself is ended.
    setTimeout(() => process.exit(1), 10_000).unref()
    void leave().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${String(error)}\n`)
        process.exit(1)
      },
    )
  }
  process.once('SIGTERM', end)
  // Ctrl-C reaches the whole group; the parent ends first, and then so do we.
  process.on('SIGINT', () => {})
  process.once('disconnect', end)
}

/** A number of a message. */
export const numberOf = (message: Readonly<Record<string, unknown>>, name: string): number => {
  const value = message[name]
  if (typeof value !== 'number') throw new Error(`${name} is not a number: ${JSON.stringify(value)}`)
  return value
}

/** A text of a message. */
export const textOf = (message: Readonly<Record<string, unknown>>, name: string): string => {
  const value = message[name]
  if (typeof value !== 'string') throw new Error(`${name} is not a text: ${JSON.stringify(value)}`)
  return value
}

/** A list of numbers of a message. */
export const numbersOf = (message: Readonly<Record<string, unknown>>, name: string): number[] => {
  const value = message[name]
  if (!Array.isArray(value)) throw new Error(`${name} is not a list.`)
  return value.map(Number)
}

/** A list of texts of a message. */
export const textsOf = (message: Readonly<Record<string, unknown>>, name: string): string[] => {
  const value = message[name]
  if (!Array.isArray(value)) throw new Error(`${name} is not a list.`)
  return value.map(String)
}
