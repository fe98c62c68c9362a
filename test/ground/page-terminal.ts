import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A shell in which the blocks of a page are run one after another, as a reader pastes them. */
export type Terminal = {
  /**
   * Runs a block to its end; variables and the folder stay for the next. Answers what it printed. Rejects with that when a
   * command in it fails.
   */
  run(block: string): Promise<string>
  /**
   * Runs a block that stays in a terminal of its own, which begins with what this one has exported. Resolves with what it
   * printed once that holds `until`, and takes over the lines that begin with `export`, as a reader does. Rejects when it
   * ends before.
   */
  start(block: string, until: string): Promise<string>
  /** Ends all of it: SIGTERM to what was started, the newest first. */
  close(): Promise<void>
}

/** Stricter than a terminal: every command of a block has to succeed. */
const strict = ['--noprofile', '--norc', '-Eeuo', 'pipefail']

const exportLine = /^ *(export( [A-Z_]+=\S+)+) *$/gm

/** Hears a process: what it printed, and its end. */
const hear = (child: ChildProcess) => {
  let printed = ''
  let look = (): void => {}
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      printed += chunk
      look()
    })
  let isOver = false
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      isOver = true
      look()
      resolve()
    })
  })
  return {
    ended,
    printed: () => printed,
    /** Resolves with what stands before and after the text, counted from `from`. */
    async hears(text: string, from = 0): Promise<void> {
      while (!printed.includes(text, from)) {
        if (isOver) throw new Error(`It ended (${child.exitCode ?? child.signalCode}):\n${printed.slice(from)}`)
        await new Promise<void>((resolve) => (look = resolve))
      }
    },
  }
}

/** Ends a process and what it started: npm and others do not pass a signal on. */
const endGroup = ({ pid }: ChildProcess): void => {
  if (pid !== undefined) process.kill(-pid, 'SIGTERM')
}

/** Opens a terminal in a folder. `notes` is another folder, for the blocks as files. */
export const openTerminal = (
  folder: string,
  notes: string,
  environment: Readonly<Record<string, string | undefined>>,
): Terminal => {
  let count = 0
  const write = (block: string): string => {
    const path = join(notes, `block-${++count}.sh`)
    writeFileSync(path, block)
    return path
  }
  const shell = spawn('bash', strict, {
    cwd: folder,
    env: environment,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const heard = hear(shell)
  shell.stdin.write('exec 2>&1\n')
  // Its end is told by what it printed.
  shell.stdin.on('error', () => {})
  const started: { child: ChildProcess; ended: Promise<void> }[] = []

  const run = async (block: string): Promise<string> => {
    const from = heard.printed().length
    const mark = `end of block ${count + 1}`
    shell.stdin.write(`. '${write(block)}' </dev/null; echo; echo '${mark}'\n`)
    await heard.hears(`\n${mark}\n`, from)
    return heard.printed().slice(from, heard.printed().indexOf(`\n${mark}\n`, from))
  }

  /** What the shell has exported by now, its folder among it. */
  const exported = async (): Promise<Record<string, string>> => {
    const path = join(notes, 'environment')
    await run(`env -0 > '${path}'`)
    const entries = readFileSync(path, 'utf8').split('\0').filter(Boolean)
    return Object.fromEntries(
      entries.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
    )
  }

  return {
    run,
    async start(block, until) {
      const env = await exported()
      const child = spawn('bash', [...strict, write(block)], {
        cwd: env['PWD'] ?? folder,
        env,
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const { ended, printed, hears } = hear(child)
      started.push({ child, ended })
      await hears(until)
      for (const [, line = ''] of printed().matchAll(exportLine)) await run(line)
      return printed()
    },
    async close() {
      // The shell last, with a block that still runs in it where a test has failed.
      for (const { child, ended } of [...started.toReversed(), { child: shell, ended: heard.ended }]) {
        if (child.exitCode === null && child.signalCode === null) endGroup(child)
        await ended
      }
    },
  }
}
