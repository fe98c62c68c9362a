import { type ChildProcess, spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from './temporary.ts'

const entry = fileURLToPath(new URL('../../bin/imagehooks.mjs', import.meta.url))

/** Without settings of whoever runs the tests. */
const cleanEnvironment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('IMAGEHOOKS_') && name !== 'FORCE_COLOR'),
)

/** Where and with what a command is started. Default: a temporary folder, and no settings in the environment. */
export type Wish = {
  environment?: Record<string, string>
  folder?: string
  /** What stands on its standard input; default nothing. */
  input?: string | Uint8Array
  /** A Node and the entry point it runs. Default: this Node, and this checkout's. */
  program?: { node: string; entry: string }
  /** Is handed what kills the process, or sends it another signal. */
  started?: (kill: (signal?: NodeJS.Signals) => void) => void
}

const start = (words: readonly string[], wish: Wish = {}): ChildProcess => {
  const { environment = {}, folder = temporaryFolder(), program = { node: process.execPath, entry } } = wish
  const child = spawn(program.node, [program.entry, ...words], {
    cwd: folder,
    // What the command line keeps of whoever runs the tests is not theirs.
    env: { ...cleanEnvironment, XDG_STATE_HOME: folder, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  // A command that reads none of it may be gone before it is written.
  child.stdin.on('error', () => {}).end(wish.input)
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  // What is killed takes a while to go, and the test has not ended before.
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await gone
  })
  wish.started?.((signal = 'SIGKILL') => void child.kill(signal))
  return child
}

const ended = (child: ChildProcess): Promise<number | string | null> =>
  new Promise((resolve) => child.once('close', (code, signal) => resolve(code ?? signal)))

const all = async (stream: ChildProcess['stdout']): Promise<string> => (stream ? text(stream) : '')

/** Runs a command to its end. */
export const run = async (
  words: readonly string[],
  wish?: Wish,
): Promise<{ code: number | string | null; printed: string; said: string }> => {
  const child = start(words, wish)
  const [code, printed, said] = await Promise.all([ended(child), all(child.stdout), all(child.stderr)])
  return { code, printed, said }
}

/** A command that runs as a process of its own until it ends, or the test does. */
export type RunningCommand = {
  readonly processId: number
  /** What it has printed up to now. */
  printed(): string
  /** What it has said on the standard error up to now. */
  said(): string
  /** Resolves when what it has printed or said holds this; rejects when it ends before. */
  shows(pattern: RegExp): Promise<void>
  signal(signal: NodeJS.Signals): void
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string | null>
}

/** Starts a command that goes on. */
export const startCommand = (words: readonly string[], wish?: Wish): RunningCommand => {
  const child = start(words, wish)
  const end = ended(child)
  let printed = ''
  let said = ''
  const looks = new Set<() => void>()
  const look = (): void => {
    for (const each of looks) each()
  }
  child.stdout?.on('data', (chunk) => {
    printed += String(chunk)
    look()
  })
  child.stderr?.on('data', (chunk) => {
    said += String(chunk)
    look()
  })
  return {
    processId: child.pid ?? 0,
    printed: () => printed,
    said: () => said,
    shows: (pattern) =>
      new Promise((resolve, reject) => {
        const find = (): void => {
          if (!pattern.test(printed) && !pattern.test(said)) return
          looks.delete(find)
          resolve()
        }
        looks.add(find)
        find()
        void end.then((code) => reject(new Error(`It ended with ${String(code)}: ${printed}${said}`)))
      }),
    signal: (signal) => void child.kill(signal),
    ended: end,
  }
}

/** A server that runs as a process of its own until the test ends. */
export type Server = {
  /** As its log names it. */
  url: string
  /** What it has printed up to now. */
  printed(): string
  /** What its log holds up to now. */
  said(): string
  /** Ends it with SIGTERM; answers its exit code. */
  stop(): Promise<number | string | null>
}

/** Starts a server on a free port and waits until its log says where it listens and its greeting is whole. */
export const startServer = async (words: readonly string[], wish?: Wish): Promise<Server> => {
  const child = start([...words, '--port', '0'], wish)
  const end = ended(child)
  let printed = ''
  let said = ''
  const url = await new Promise<string>((resolve, reject) => {
    const look = (): void => {
      const found = /"message":"listening on (http:[^"]+)"/.exec(said)?.[1]
      if (found && (words[0] !== 'dev' || printed.includes('Ctrl-C'))) resolve(found)
    }
    child.stdout?.on('data', (chunk) => {
      printed += String(chunk)
      look()
    })
    child.stderr?.on('data', (chunk) => {
      said += String(chunk)
      look()
    })
    void end.then(() => reject(new Error(`The server ended: ${said}`)))
  })
  return {
    url,
    printed: () => printed,
    said: () => said,
    stop() {
      child.kill('SIGTERM')
      return end
    },
  }
}
