import { benchAccounts } from './backlog.ts'
import { numbersOf } from './commands.ts'
import { percentile } from './figures.ts'
import { startProgram, type Program } from './processes.ts'
import { megabytes, ms, type Finding, type Scenario, type Wish } from './scenario.ts'

const perSecond = 150

/** A steady flow to those who behave; answers how long their events were on the way, in milliseconds. */
const measureFlow = async (
  machine: Program,
  receiver: Program,
  accountIds: readonly string[],
  seconds: number,
): Promise<number[]> => {
  await receiver.ask('reset')
  await machine.ask('append', { accountIds, count: seconds * perSecond, perSecond })
  await new Promise((resolve) => setTimeout(resolve, 300))
  const { delaysMs } = { delaysMs: numbersOf(await receiver.ask('delays'), 'delaysMs') }
  if (delaysMs.length < seconds * perSecond * 0.99) throw new Error('Not all arrived in time.')
  return delaysMs
}

/** The others' p99 without and with neighbours that misbehave, each with a backlog of its own. */
const measureNeighbours = async ({ ground, quick }: Wish, kinds: readonly string[]): Promise<readonly Finding[]> => {
  // Whose body has no end is busy writing it: in a process of its own, so that the engine alone can slow the others.
  const [receiver, misbehaving] = [await startProgram('receiver.ts'), await startProgram('receiver.ts')]
  const machine = await (await ground.place()).machine()
  const others = benchAccounts(100 - kinds.length)
  const bad = benchAccounts(kinds.length, 1000)
  await machine.ask('endpoints', { accountIds: others, urls: [`http://127.0.0.1:${receiver.line}/timed`] })
  for (const [index, kind] of kinds.entries())
    await machine.ask('endpoints', { accountIds: [bad[index]], urls: [`http://127.0.0.1:${misbehaving.line}/${kind}`] })
  await machine.ask('start')
  const seconds = quick ? 4 : 15
  await measureFlow(machine, receiver, others, 2)
  const before = await measureFlow(machine, receiver, others, seconds)
  const rssBefore = await machine.rssBytes()
  await machine.ask('append', { accountIds: bad, count: 300 * kinds.length })
  await new Promise((resolve) => setTimeout(resolve, 1000))
  const beside = await measureFlow(machine, receiver, others, seconds)
  const grown = (await machine.rssBytes()) - rssBefore
  await Promise.all([machine, receiver, misbehaving].map((program) => program.stop()))
  const [base, p99] = [percentile(before, 0.99), percentile(beside, 0.99)]
  const most = Math.max(2 * base, base + 10)
  const name = kinds.join(' and ')
  return [
    {
      what: `p99 of the other ${others.length} endpoints, neighbours: ${name}`,
      measured: ms(p99),
      beside: `without ${ms(base)}`,
      target: `< 2 × or + 10 ms: ${ms(most)}`,
      reached: p99 < most,
    },
    {
      what: `memory of the engine beside ${name}`,
      measured: `+ ${megabytes(grown)}`,
      beside: megabytes(rssBefore),
      target: '< 50 MB',
      reached: grown < 50e6,
    },
  ]
}

const both = ['sqlite', 'postgres'] as const

export const neighbourScenarios: readonly Scenario[] = [
  { key: 'S4', drivers: both, run: (wish) => measureNeighbours(wish, ['hang']) },
  { key: 'S9', drivers: both, run: (wish) => measureNeighbours(wish, ['endless', 'drip']) },
]
