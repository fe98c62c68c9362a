import { CommanderError } from 'commander'
import { WriteStream } from 'node:tty'
import { onTestFinished, vi } from 'vitest'
import { reportProblem } from '../../src/cli/problem.ts'
import { createProgram } from '../../src/cli/program.ts'

export type HereWish = {
  readonly environment?: Readonly<Record<string, string>>
  /** How wide the terminal is that it writes to; undefined: it writes to no terminal. */
  readonly columns?: number
}

export type HereResult = { readonly code: number; readonly printed: string; readonly said: string }

/** Gives a stream the looks of a terminal until the test ends. */
const asTerminal = (stream: NodeJS.WriteStream, columns: number | undefined): void => {
  const { isTTY, columns: width, getColorDepth } = stream
  const before = { isTTY, columns: width, getColorDepth }
  // As a terminal tells it, by the environment.
  const depth = (): number => WriteStream.prototype.getColorDepth.call(stream, process.env)
  Object.assign(stream, { isTTY: columns !== undefined, columns, getColorDepth: depth })
  onTestFinished(() => void Object.assign(stream, before))
}

/**
 * Runs a command to its end in this process, as `main` does: for the many cases in which a process of its own would show
 * nothing more. What it prints is caught; one at a time.
 */
export const runHere = async (words: readonly string[], wish: HereWish = {}): Promise<HereResult> => {
  let printed = ''
  let said = ''
  for (const [name, value] of Object.entries(wish.environment ?? {})) vi.stubEnv(name, value)
  asTerminal(process.stdout, wish.columns)
  asTerminal(process.stderr, wish.columns)
  const spies = [
    vi.spyOn(console, 'log').mockImplementation((text: unknown) => void (printed += `${String(text)}\n`)),
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean((printed += String(text)))),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean((said += String(text)))),
  ]
  const before = process.exitCode
  process.exitCode = 0
  try {
    const program = await createProgram(words)
    await program.parseAsync([...words], { from: 'user' })
  } catch (error) {
    process.exitCode = error instanceof CommanderError ? error.exitCode : reportProblem(error)
  } finally {
    for (const spy of spies) spy.mockRestore()
    vi.unstubAllEnvs()
  }
  const code = Number(process.exitCode)
  process.exitCode = before
  return { code, printed, said }
}
