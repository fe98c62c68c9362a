import { readdirSync, readFileSync } from 'node:fs'

/** The parent of a process and whether it still runs; undefined for one that is gone. */
const look = (id: number): { parent: number; runs: boolean } | undefined => {
  try {
    const text = readFileSync(`/proc/${id}/stat`, 'utf8')
    const [state, parent] = text.slice(text.lastIndexOf(')') + 2).split(' ')
    // A zombie has ended and waits for nobody but its parent.
    return { parent: Number(parent), runs: state !== 'Z' }
  } catch {
    return undefined
  }
}

/** Whether a process still runs. */
export const runs = (id: number): boolean => look(id)?.runs === true

/** All processes that a process has started, and those that they started (proc_pid_stat(5), on Linux). */
export const descendantsOf = (id: number): number[] => {
  const ids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
  const children = ids.filter((each) => look(each)?.parent === id)
  return children.flatMap((child) => [child, ...descendantsOf(child)])
}
