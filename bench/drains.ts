import { benchAccounts } from './backlog.ts'
import { numberOf } from './commands.ts'
import { profile, watchCpu, type CpuWatch } from './cpu-watch.ts'
import { median } from './figures.ts'
import { runProgram, startProgram, type Program } from './processes.ts'
import { besideOnly, rate, ratio, type Finding, type Scenario, type Wish } from './scenario.ts'

const inFlight = 64

/** Fills a backlog while the engine rests, and lets it go; answers deliveries a second. `watch` looks on meanwhile. */
export const drain = async (
  machine: Program,
  receiver: Program,
  accountIds: readonly string[],
  eventCount: number,
  endpointsEach = 1,
  watch?: CpuWatch,
): Promise<number> => {
  const count = eventCount * endpointsEach
  await receiver.ask('reset')
  await machine.ask('append', { accountIds, count: eventCount })
  await watch?.begin()
  await machine.ask('start')
  const arrived = await receiver.ask('arrived', { count, withinMs: 60_000 })
  await watch?.end()
  await machine.ask('rest')
  if (numberOf(arrived, 'count') < count)
    throw new Error(`${numberOf(arrived, 'count')} of ${count} arrived in a minute.`)
  return numberOf(arrived, 'perSecond')
}

/** Each kind of backlog in turn, round by round, so that what else the machine does falls on all. */
const compare = async (
  { ground, quick }: Wish,
  kinds: readonly (readonly [accounts: number, kind: string, endpointsEach: number])[],
  rounds: number,
): Promise<number[]> => {
  const count = quick ? 2000 : 8000
  const [receiver, place] = [await startProgram('receiver.ts'), await ground.place()]
  const machine = await place.machine()
  const drains = []
  for (const [index, [accounts, kind, endpointsEach]] of kinds.entries()) {
    const accountIds = benchAccounts(accounts, index * 1000)
    const urls = Array.from({ length: endpointsEach }, (_, each) => `http://127.0.0.1:${receiver.line}/${kind}/${each}`)
    await machine.ask('endpoints', { accountIds, urls })
    drains.push({ accountIds, endpointsEach, rates: new Array<number>() })
  }
  // The first round warms up and does not count.
  for (let round = 0; round <= rounds; round++)
    for (const { accountIds, endpointsEach, rates } of drains) {
      const found = await drain(machine, receiver, accountIds, count / endpointsEach, endpointsEach)
      if (round > 0) rates.push(found)
    }
  await Promise.all([machine.stop(), receiver.stop()])
  return drains.map(({ rates }) => median(rates))
}

const both = ['sqlite', 'postgres'] as const

const oneEndpoint: Scenario = {
  key: 'S1',
  drivers: both,
  async run({ ground, quick }) {
    const [receiver, place] = [await startProgram('receiver.ts'), await ground.place()]
    const machine = await place.machine()
    const url = `http://127.0.0.1:${receiver.line}/ok`
    const accountIds = benchAccounts(1)
    await machine.ask('endpoints', { accountIds, urls: [url] })
    const count = quick ? 3000 : 12_000
    const [bare, engine]: [number[], number[]] = [[], []]
    const watch = watchCpu({ engine: machine, receiver })
    for (let round = 0; round <= (quick ? 2 : 5); round++) {
      const least = (await runProgram('drain-bare.ts', url, String(count), String(inFlight)))['perSecond'] ?? 0
      const found = await drain(machine, receiver, accountIds, count, 1, watch)
      if (round === 0) continue
      bare.push(least)
      engine.push(found)
    }
    await Promise.all([machine.stop(), receiver.stop()])
    const what = 'deliveries to one fast endpoint'
    const figure = ratio(what, median(engine), 'bare pool', median(bare), 0.4)
    return [
      // Only the embedded database is the engine's own; PostgreSQL works on the same cores, which the profile shows.
      ground.driver === 'sqlite' ? figure : besideOnly(figure),
      profile(`${what}: processor time for each`, watch.msByProgram(), count * engine.length + count),
    ]
  },
}

/** Backlogs of another kind, beside the same number of deliveries to one fast endpoint. */
const besideOne = (
  key: string,
  what: string,
  kind: readonly [accounts: number, kind: string, endpointsEach: number],
  atLeast: number,
): Scenario => ({
  key,
  drivers: both,
  async run(wish) {
    const [one = 0, other = 0] = await compare(wish, [[1, 'ok', 1], kind], wish.quick ? 2 : 3)
    return [ratio(what, other, 'one endpoint', one, atLeast)]
  },
})

const workers: Scenario = {
  key: 'workers',
  drivers: ['postgres'],
  async run({ ground, quick }) {
    const found: Finding[] = []
    let one = 0
    for (const workerCount of [1, 2, 3]) {
      const [receiver, place] = [await startProgram('receiver.ts'), await ground.place()]
      const machines = await Promise.all(Array.from({ length: workerCount }, () => place.machine()))
      const [first] = machines
      const accountIds = benchAccounts(12)
      await first?.ask('endpoints', { accountIds, urls: [`http://127.0.0.1:${receiver.line}/ok`] })
      await Promise.all(machines.map((machine) => machine.ask('start')))
      // Lanes find their owners within a few rounds of a second.
      await new Promise((resolve) => setTimeout(resolve, 4000))
      const count = quick ? 3000 : 12_000
      await receiver.ask('reset')
      const arrived = receiver.ask('arrived', { count, withinMs: 60_000 })
      await Promise.all(machines.map((machine) => machine.ask('append', { accountIds, count: count / workerCount })))
      const perSecond = numberOf(await arrived, 'perSecond')
      if (workerCount === 1) one = perSecond
      found.push({
        what: `deliveries while they are appended, 12 endpoints, workers: ${workerCount}`,
        measured: rate(perSecond),
        beside: `one worker ${rate(one)}`,
        target: '',
      })
      await Promise.all([...machines, receiver].map((program) => program.stop()))
    }
    return found
  },
}

export const drainScenarios: readonly Scenario[] = [
  oneEndpoint,
  besideOne('S2', 'deliveries to 100 endpoints', [100, 'ok', 1], 0.8),
  besideOne('S3', 'deliveries, one event to 10 endpoints', [1, 'ok', 10], 0.8),
  besideOne('S5', 'deliveries where one in ten attempts is answered 500', [1, 'flaky', 1], 0.25),
  workers,
]
