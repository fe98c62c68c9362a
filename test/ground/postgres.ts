import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const keeper = fileURLToPath(new URL('postgres-keeper.ts', import.meta.url))

/** A real PostgreSQL that belongs to the caller. */
export type Postgres = {
  /** The URL of one of its databases; default `postgres`, which is there from the start. */
  url(database?: string): string
  /** Ends the server in order, as an operator does for an upgrade; its data stays. */
  halt(): Promise<void>
  /** Ends it on the spot, as a power cut does: it recovers from its log when it starts again. */
  kill(): Promise<void>
  /** Starts it again after `halt` or `kill`. */
  resume(): Promise<void>
  /** Ends it for good and removes its folder. Calling it twice does nothing. */
  stop(): Promise<void>
}

/**
 * Starts a PostgreSQL of its own from the development dependencies, in about a second. Its default order of text is that
 * of American English, not bytewise. `durable`: it syncs each commit to the disk, as it must where figures are measured.
 */
export const startPostgres = async ({ durable = false } = {}): Promise<Postgres> => {
  const child = spawn(process.execPath, [keeper, durable ? 'durable' : 'fast'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const answer = async (): Promise<string> => {
    const { value, done } = await lines.next()
    if (done)
      throw new Error('The keeper of PostgreSQL ended; what it printed says why. DATABASE_URL names another server.')
    return String(value)
  }
  const tell = async (word: string): Promise<void> => {
    child.stdin.write(`${word}\n`)
    await answer()
  }
  const folder = (await answer()).replace(/^ready /, '')
  return {
    url: (database = 'postgres') => `postgres:///${database}?host=${encodeURIComponent(folder)}&user=postgres`,
    halt: () => tell('stop'),
    kill: () => tell('kill'),
    resume: () => tell('start'),
    async stop() {
      child.stdin.end()
      await ended
    },
  }
}
