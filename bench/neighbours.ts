import { benchAccounts } from './backlog.ts'
import { numbersOf } from './commands.ts'
import { median, percentile } from './figures.ts'
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

type Round = {
  readonly withoutMs: number
  readonly besideMs: number
  readonly rssBefore: number
  readonly grown: number
}

/** One engine: the others alone, then beside neighbours that misbehave, each with a backlog of its own. */
const measureRound = async ({ ground, quick }: Wish, kinds: readonly string[]): Promise<Round> => {
  // Whose body has no end is busy writing it: in a process of its own, so that the engine alone can slow the others.
  const [receiver, misbehaving] = [await startProgram('receiver.ts'), await startProgram('receiver.ts')]
  const machine = await (await ground.place()).machine()
  const others = benchAccounts(100 - kinds.length)
  const bad = benchAccounts(kinds.length, 1000)
  await machine.ask('endpoints', { accountIds: others, urls: [`http://127.0.0.1:${receiver.line}/timed`] })
  for (const [index, kind] of kinds.entries())
    await machine.ask('endpoints', { accountIds: [bad[index]], urls: [`http://127.0.0.1:${misbehaving.line}/${kind}`] })
  await machine.ask('start')
  const seconds = quick ? 4 : 10
  // As long as what is measured, or what the engine grows by while it warms up would be put down to the neighbours.
  await measureFlow(machine, receiver, others, seconds)
  const without = await measureFlow(machine, receiver, others, seconds)
  const rssBefore = await machine.rssBytes()
  await machine.ask('append', { accountIds: bad, count: 300 * kinds.length })
  await new Promise((resolve) => setTimeout(resolve, 1000))
  const beside = await measureFlow(machine, receiver, others, seconds)
  const grown = (await machine.rssBytes()) - rssBefore
  await Promise.all([machine, receiver, misbehaving].map((program) => program.stop()))
  return { withoutMs: percentile(without, 0.99), besideMs: percentile(beside, 0.99), rssBefore, grown }
}

/** Medians of three rounds: the disk makes one round in a few wait for longer than a p99. */
const measureNeighbours = async (wish: Wish, kinds: readonly string[]): Promise<readonly Finding[]> => {
  const rounds: Round[] = []
  await wish.ground.withoutVacuum(async () => {
    for (let round = 0; round < (wish.quick ? 1 : 3); round++) rounds.push(await measureRound(wish, kinds))
  })
  const middle = (figure: keyof Round): number => median(rounds.map((round) => round[figure]))
  const [base, p99, grown] = [middle('withoutMs'), middle('besideMs'), middle('grown')]
  const most = Math.max(2 * base, base + 10)
  const name = kinds.join(' and ')
  return [
    {
      what: `p99 of the other ${100 - kinds.length} endpoints, neighbours: ${name}`,
      measured: ms(p99),
      beside: `without ${ms(base)}`,
      target: `< 2 × or + 10 ms: ${ms(most)}`,
      reached: p99 < most,
    },
    {
      what: `memory of the engine beside ${name}`,
      measured: `+ ${megabytes(grown)}`,
      beside: megabytes(middle('rssBefore')),
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
