import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

const children = new Set<ChildProcess>()

const start = (file: string, args: readonly string[]): ChildProcess => {
  const child = spawn(process.execPath, [here(file), ...args], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  children.add(child)
  child.once('exit', () => children.delete(child))
  return child
}

/** Ends whatever is still running. */
export const stopAll = (): void => {
  for (const child of children) child.kill('SIGKILL')
}

/** Runs a program of this folder to its end and reads the JSON line it prints. */
export const runProgram = async (file: string, ...args: readonly string[]): Promise<Record<string, number>> => {
  const child = start(file, args)
  let text = ''
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${file} ended with ${String(code)}.`)
  return JSON.parse(text)
}

/** Starts a program of this folder that stays, and reads the first line it prints. */
export const startProgram = async (
  file: string,
  ...args: readonly string[]
): Promise<{ readonly line: string; rssBytes(): Promise<number>; stop(): Promise<void> }> => {
  const child = start(file, args)
  if (!child.stdout) throw new Error(`${file} has no output.`)
  const [line] = await once(createInterface(child.stdout), 'line')
  return {
    line: String(line),
    async rssBytes() {
      const answer = once(child, 'message')
      child.send('memory')
      const [{ rssBytes }] = await answer
      return Number(rssBytes)
    },
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}
