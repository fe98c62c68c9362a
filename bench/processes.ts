import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { fewHeaps } from '../bin/start-with.mjs'

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

const children = new Set<ChildProcess>()

const start = (file: string, args: readonly string[]): ChildProcess => {
  const child = spawn(process.execPath, [here(file), ...args], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    // As the server is started where its own Node runs it.
    env: { ...fewHeaps, ...process.env },
  })
  children.add(child)
  child.once('exit', () => children.delete(child))
  return child
}

/** Ends whatever is still running. The programs end by themselves, too, when this process has gone. */
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

/** What a program answered. */
export type Answer = Readonly<Record<string, unknown>>

/** A program of this folder that stays. */
export type Program = {
  /** The first line it printed. */
  readonly line: string
  /** Asks it something; rejects with what it says, and when it ends before it has answered. */
  ask(name: string, given?: Answer): Promise<Answer>
  rssBytes(): Promise<number>
  stop(): Promise<void>
}

type Reply = { readonly id: number; readonly result?: Answer; readonly error?: string }

const isReply = (message: unknown): message is Reply =>
  typeof message === 'object' && message !== null && 'id' in message

/** Starts a program of this folder that stays, and reads the first line it prints. */
export const startProgram = async (file: string, ...args: readonly string[]): Promise<Program> => {
  const child = start(file, args)
  if (!child.stdout) throw new Error(`${file} has no output.`)
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const waiting = new Map<number, PromiseWithResolvers<Answer>>()
  let asked = 0
  child.on('message', (message) => {
    if (!isReply(message)) return
    const waiter = waiting.get(message.id)
    waiting.delete(message.id)
    if (message.error === undefined) waiter?.resolve(message.result ?? {})
    else waiter?.reject(new Error(`${file}: ${message.error}`))
  })
  const gone = (): Error => new Error(`${file} ended before it had answered.`)
  void ended.then(() => {
    for (const waiter of waiting.values()) waiter.reject(gone())
  })
  const line = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([first]) => String(first)),
    ended.then(() => {
      throw gone()
    }),
  ])
  const ask: Program['ask'] = (name, given = {}) => {
    const waiter = Promise.withResolvers<Answer>()
    const id = ++asked
    // Who waits for it hears of it; where nobody does any more, it is no fault of this process.
    waiter.promise.catch(() => {})
    waiting.set(id, waiter)
    child.send({ id, name, given }, (error) => {
      if (error) waiter.reject(error)
    })
    return waiter.promise
  }
  return {
    line,
    ask,
    rssBytes: async () => Number((await ask('memory'))['rssBytes']),
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
