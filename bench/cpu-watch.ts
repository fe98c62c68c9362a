import { cpus } from 'node:os'
import { numberOf } from './commands.ts'
import type { Program } from './processes.ts'
import type { Finding } from './scenario.ts'

/** Adds up the processor time of programs, and of all else on the machine, while something is measured. */
export type CpuWatch = {
  begin(): Promise<void>
  end(): Promise<void>
  /** Milliseconds between all beginnings and ends; `rest` is the database where it is a process of its own, and the kernel. */
  msByProgram(): Readonly<Record<string, number>>
}

const machineMs = (): number =>
  cpus().reduce((sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq, 0)

export const watchCpu = (programs: Readonly<Record<string, Program>>): CpuWatch => {
  const sums = new Map<string, number>()
  const look = async (): Promise<Map<string, number>> => {
    const all = machineMs()
    const each = await Promise.all(
      Object.entries(programs).map(
        async ([name, program]) => [name, numberOf(await program.ask('work'), 'cpuMs')] as const,
      ),
    )
    return new Map([...each, ['rest', all - each.reduce((sum, [, cpuMs]) => sum + cpuMs, 0)]])
  }
  let before = new Map<string, number>()
  return {
    async begin() {
      before = await look()
    },
    async end() {
      for (const [name, cpuMs] of await look()) sums.set(name, (sums.get(name) ?? 0) + cpuMs - (before.get(name) ?? 0))
    },
    msByProgram: () => Object.fromEntries(sums),
  }
}

/** Where the processors' time went, for each of `count`. */
export const profile = (what: string, msByProgram: Readonly<Record<string, number>>, count: number): Finding => {
  const all = Object.values(msByProgram).reduce((sum, cpuMs) => sum + cpuMs, 0)
  const share = (cpuMs: number): string => `${((cpuMs * 1000) / count).toFixed(0)} µs`
  return {
    what,
    measured: share(all),
    beside: Object.entries(msByProgram)
      .map(([name, cpuMs]) => `${name} ${share(cpuMs)}`)
      .join(', '),
    target: '',
  }
}
