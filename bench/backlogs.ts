import { benchAccounts } from './backlog.ts'
import { sparkline } from './charts.ts'
import { numberOf, numbersOf, textsOf } from './commands.ts'
import { drain } from './drains.ts'
import { median } from './figures.ts'
import { startProgram } from './processes.ts'
import { megabytes, ms, ratio, type Finding, type Scenario, type Wish } from './scenario.ts'

const both = ['sqlite', 'postgres'] as const

/** The median of three drains; the first of a process is slower and does not count. */
const drainWarm = async (...given: Parameters<typeof drain>): Promise<number> => {
  const rates: number[] = []
  await drain(...given)
  for (let round = 0; round < 3; round++) rates.push(await drain(...given))
  return median(rates)
}

const measureDeadEndpoint = async ({ ground, quick }: Wish): Promise<readonly Finding[]> => {
  const waiting = quick ? 100_000 : 1_000_000
  const named = `${waiting.toLocaleString('en')} waiting for a dead endpoint`
  const [receiver, place] = [await startProgram('receiver.ts'), await ground.place()]
  const machine = await place.machine()
  const others = benchAccounts(100)
  const [accountId = ''] = benchAccounts(1, 1000)
  await machine.ask('endpoints', { accountIds: others, urls: [`http://127.0.0.1:${receiver.line}/ok`] })
  const count = quick ? 2000 : 8000
  const without = await drainWarm(machine, receiver, others, count)
  const made = await machine.ask('endpoints', { accountIds: [accountId], urls: ['http://127.0.0.1:1/'] })
  const [laneId = ''] = textsOf(made, 'lanes')
  const [endpointId = ''] = textsOf(made, 'ids')
  // The database plans by statistics from before the outage, and nothing of the filling is left to be written.
  await ground.analyze(place)
  await machine.ask('fill', { lane: [laneId, endpointId, accountId], count: waiting })
  await machine.stop()
  await ground.flush()
  const release = await ground.holdSnapshot(place)

  // A new process each: what filling took has nothing to do with what is measured.
  const idle = await place.machine()
  const idleBytes = await idle.rssBytes()
  await idle.stop()
  const start = performance.now()
  const started = await place.machine('--start')
  const startMs = performance.now() - start
  await new Promise((resolve) => setTimeout(resolve, quick ? 3000 : 10_000))
  const grown = (await started.rssBytes()) - idleBytes
  const refill = await started.ask('refill')
  await started.ask('rest')
  const beside = await drainWarm(started, receiver, others, count)
  await release()
  await Promise.all([started.stop(), receiver.stop()])
  const p99 = numberOf(refill, 'p99Ms')
  return [
    {
      what: `refill of another lane, p99, ${named}`,
      measured: ms(p99),
      beside: `p50 ${ms(numberOf(refill, 'p50Ms'))}, a bare read p99 ${ms(numberOf(refill, 'bareP99Ms'))}`,
      target: '≤ 5 ms',
      reached: p99 <= 5,
    },
    {
      what: `the engine grows by, ${named}`,
      measured: megabytes(grown),
      beside: megabytes(idleBytes),
      target: '< 50 MB',
      reached: grown < 50e6,
    },
    {
      what: `process begun → worker at work, ${named}`,
      measured: ms(startMs),
      beside: '',
      target: '< 2 s',
      reached: startMs < 2000,
    },
    ratio(`deliveries to 100 endpoints, ${named}`, beside, 'without', without, 0.8),
  ]
}

const deadEndpoint: Scenario = {
  key: 'S8',
  drivers: both,
  run: (wish) => wish.ground.withoutVacuum(() => measureDeadEndpoint(wish)),
}

/** The rate that the ramp allows `atMs` after the first attempt, in attempts a second. */
const rampAt = (atMs: number): number => 10 * 2 ** (atMs / 5000)

const comesBack: Scenario = {
  key: 'S10',
  drivers: both,
  async run({ ground, quick }) {
    const [receiver, place] = [await startProgram('receiver.ts'), await ground.place()]
    const machine = await place.machine()
    const accountIds = benchAccounts(1)
    const waiting = quick ? 500 : 3000
    await machine.ask('endpoints', { accountIds, urls: [`http://127.0.0.1:${receiver.line}/gate`] })
    await machine.ask('start')
    await machine.ask('append', { accountIds, count: waiting })
    await new Promise((resolve) => setTimeout(resolve, 2000))
    await machine.ask('skip', { ms: 600_000 })
    await receiver.ask('reset')
    await receiver.ask('open')
    await receiver.ask('arrived', { count: waiting, withinMs: 60_000 })
    const gate = await receiver.ask('gate')
    await Promise.all([machine.stop(), receiver.stop()])
    const timesMs = numbersOf(gate, 'timesMs')
    const firstMs = timesMs[0] ?? 0
    const seconds: number[] = []
    for (const atMs of timesMs) {
      const second = Math.floor((atMs - firstMs) / 1000)
      seconds[second] = (seconds[second] ?? 0) + 1
    }
    const perSecond = Array.from(seconds, (count) => count ?? 0)
    const worst = Math.max(...perSecond.map((count, second) => count / rampAt((second + 1) * 1000)))
    return [
      {
        what: `back after ten minutes, ${waiting.toLocaleString('en')} waiting: deliveries in the first second`,
        measured: String(perSecond[0] ?? 0),
        beside: `most at once ${numberOf(gate, 'mostAtOnce')}, all after ${perSecond.length} s`,
        target: '≤ 20, all arrive',
        reached: (perSecond[0] ?? 0) <= 20 && timesMs.length >= waiting,
        chart: `deliveries a second since the receiver is back, highest ${Math.max(...perSecond)}/s\n${sparkline(perSecond)}`,
      },
      {
        what: 'the fullest second beside what the ramp allows then',
        measured: worst.toFixed(2),
        beside: '10/s, twice as many each 5 s',
        target: '≤ 1.25',
        reached: worst <= 1.25,
      },
    ]
  },
}

export const backlogScenarios: readonly Scenario[] = [deadEndpoint, comesBack]
