import { readFileSync } from 'node:fs'

/** What a key does, by its letter. */
export type KeyActions = Readonly<Record<string, () => void>>

/** Keys that a terminal makes signals of, which it leaves to us while keys are read one by one. */
const signals: Readonly<Record<string, NodeJS.Signals>> = {
  '\u0003': 'SIGINT',
  '\u0004': 'SIGINT',
  '\u001a': 'SIGTSTP',
  '\u001c': 'SIGQUIT',
}

/**
 * Whether this process is in the foreground of its terminal: in the background one that touches it is stopped by the
 * system. Linux alone says so (proc_pid_stat(5): process group, …, the group in the foreground).
 */
const isInForeground = (): boolean => {
  try {
    const text = readFileSync('/proc/self/stat', 'utf8')
    const [, , group, , , foreground] = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return group === foreground
  } catch {
    return false
  }
}

/** A terminal that is read key by key. */
export type KeyInput = {
  readonly isTTY: boolean
  setRawMode(raw: boolean): unknown
  on(event: 'data', hear: (chunk: Buffer) => void): unknown
  off(event: 'data', hear: (chunk: Buffer) => void): unknown
  pause(): unknown
}

/** Whether somebody can press keys. */
export const canReadKeys = ({ isTTY }: Pick<KeyInput, 'isTTY'>): boolean => isTTY && isInForeground()

/** Acts on single keys until the function it answers is called. Whatever else is typed does nothing. */
export const listenForKeys = (
  input: KeyInput,
  actions: KeyActions,
  signal: (name: NodeJS.Signals, wholeGroup: boolean) => void = (name, wholeGroup) =>
    void process.kill(wholeGroup ? 0 : process.pid, name),
): (() => void) => {
  const begin = (): void => {
    if (canReadKeys(input)) input.setRawMode(true)
  }
  const hear = (chunk: Buffer): void => {
    for (const key of chunk.toString('latin1')) {
      const name = signals[key]
      if (!name) actions[key]?.()
      else {
        const isStop = name === 'SIGINT'
        if (!isStop) input.setRawMode(false)
        // Others go to the whole group, as from the terminal: a parent of ours that waits in it stops and goes on with us.
        signal(name, !isStop)
      }
    }
  }
  begin()
  process.on('SIGCONT', begin)
  input.on('data', hear)
  return () => {
    process.off('SIGCONT', begin)
    input.off('data', hear)
    input.pause()
    input.setRawMode(false)
  }
}
