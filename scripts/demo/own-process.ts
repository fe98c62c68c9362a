import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { atExit } from './belongings.ts'

/** How a program is started. */
export type ProcessWish = {
  /** The file and its arguments, for this Node. */
  readonly args: readonly string[]
  /** The folder it works in. */
  readonly folder: string
  readonly environment: NodeJS.ProcessEnv
  /** The line that says it is ready, with one group for where it can be reached. */
  readonly ready: RegExp
}

/** A program that runs until it is stopped or killed, at the latest with this one. */
export type OwnProcess = {
  readonly id: number
  /** Where it can be reached, without a slash at the end. */
  readonly url: string
  /** `kill -9`; resolves when the process is gone. */
  kill(): Promise<void>
  /** Makes it stand still (SIGSTOP) until `resume`. */
  pause(): void
  /** Lets it go on (SIGCONT). */
  resume(): void
  /** Asks it to stop (SIGTERM); resolves when the process is gone. Killed where that takes over 20 s. */
  stop(): Promise<void>
}

const rememberedLines = 12

/** Hears every line the process writes, so that its pipes never fill; remembers the last for a failed start. */
const listenTo = (child: ChildProcess, ready: RegExp): { url: Promise<string>; lastLines: readonly string[] } => {
  const lastLines: string[] = []
  const url = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue
      createInterface({ input: stream }).on('line', (line) => {
        if (lastLines.push(line) > rememberedLines) lastLines.shift()
        const found = ready.exec(line)?.[1]
        if (found !== undefined) resolve(found)
      })
    }
  })
  return { url, lastLines }
}

/**
 * Starts a program and resolves when it is ready. Rejects with what it wrote last when it ends before. `onDeath` is told
 * in a sentence when it ends later and nobody asked it to.
 */
export const startProcess = async (wish: ProcessWish, onDeath?: (sentence: string) => void): Promise<OwnProcess> => {
  const child = spawn(process.execPath, wish.args, {
    cwd: wish.folder,
    env: wish.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const keep = atExit(() => child.kill('SIGKILL'))
  const gone = once(child, 'close').finally(keep)
  const { url, lastLines } = listenTo(child, wish.ready)
  const lastWords = (): string => `It wrote: ${lastLines.join(' ⏎ ') || 'nothing'}`
  let isAsked = false
  const ready = await Promise.race([
    url,
    gone.then(() => {
      throw new Error(`The server ended before it was ready. ${lastWords()}`)
    }),
  ])
  void gone.then(([code, signal]) => {
    if (!isAsked) onDeath?.(`Process ${child.pid} ended with ${String(code ?? signal)}. ${lastWords()}`)
  })
  return {
    id: child.pid ?? 0,
    url: ready,
    async kill() {
      isAsked = true
      child.kill('SIGKILL')
      await gone
    },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    async stop() {
      isAsked = true
      const patience = setTimeout(() => child.kill('SIGKILL'), 20_000)
      child.kill('SIGTERM')
      await gone
      clearTimeout(patience)
    },
  }
}
