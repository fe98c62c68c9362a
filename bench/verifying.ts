import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { median } from './figures.ts'
import { startProgram } from './processes.ts'
import { type Finding, rate, type Scenario } from './scenario.ts'

const sizes = [600, 4_000, 64_000] as const
const names = {
  bare: { node: 'bare createHmac + compare', workerd: 'bare subtle.verify' },
  handler: 'bare handler: bytes, MAC, JSON.parse, answer',
  receiver: 'ours: the whole receiver',
  verifiers: [
    'ours, guide',
    'ours, Standard Webhooks',
    '@octokit/webhooks-methods',
    'standardwebhooks, with JSON.parse',
    'svix, with JSON.parse',
    'stripe, with JSON.parse',
  ],
} as const

type RuntimeName = 'node' | 'workerd'

/** Where contestants run. */
type Runtime = {
  /** How long one turn takes: short, and there are many, so that what else the machine does spoils few. */
  readonly turnMs: number
  check(name: string, byteCount: number): Promise<void>
  /** How many milliseconds `count` of them take, by a clock outside. */
  run(name: string, byteCount: number, count: number): Promise<number>
  stop(): Promise<void>
}

const openNode = async (): Promise<Runtime> => {
  const program = await startProgram('verify-node.ts')
  return {
    turnMs: 2,
    async check(name, byteCount) {
      await program.ask('check', { name, byteCount })
    },
    run: async (name, byteCount, count) => Number((await program.ask('run', { name, byteCount, count }))['ms']),
    stop: () => program.stop(),
  }
}

const openWorkerd = async (): Promise<Runtime> => {
  const { outputFiles } = await build({
    stdin: {
      contents: "import { answer } from './verify-worker.ts'\nexport default { fetch: answer }",
      resolveDir: fileURLToPath(new URL('.', import.meta.url)),
    },
    bundle: true,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['node:*'],
    write: false,
  })
  const workerd = new Miniflare(
    convertV4MiniflareOptions({
      host: '127.0.0.1',
      port: 0,
      modules: true,
      script: outputFiles[0]?.text ?? '',
      cf: false,
      compatibilityDate: '2026-10-01',
      compatibilityFlags: ['nodejs_compat'],
    }),
  )
  const url = await workerd.ready
  const ask = async (given: object): Promise<number> => {
    const start = performance.now()
    const response = await fetch(url, { method: 'POST', body: JSON.stringify(given) })
    const said = await response.text()
    if (!response.ok) throw new Error(said)
    return performance.now() - start
  }
  const idle: number[] = []
  for (let asked = 0; asked < 21; asked++) idle.push(await ask({ count: 0 }))
  const idleMs = median(idle)
  return {
    turnMs: 15,
    async check(name, byteCount) {
      await ask({ name, byteCount, count: 1, isCheck: true })
    },
    // Without the way there and back.
    run: async (name, byteCount, count) => Math.max(0.01, (await ask({ name, byteCount, count })) - idleMs),
    stop: () => workerd.dispose(),
  }
}

/** How many take about as long as a turn, when they have warmed up. */
const countFor = async (runtime: Runtime, name: string, byteCount: number): Promise<number> => {
  let count = 64
  for (let ms = 0; ms < runtime.turnMs * 4; count *= 2) ms = await runtime.run(name, byteCount, count)
  const all: number[] = []
  for (let ran = 0; ran < 5; ran++) all.push(await runtime.run(name, byteCount, count))
  return Math.max(1, Math.round((count * runtime.turnMs) / Math.min(...all)))
}

/** The median rate of each, in turns, so that what else the machine does falls on all. */
const measure = async (runtime: Runtime, all: readonly string[], byteCount: number, quick: boolean) => {
  const counts = new Map<string, number>()
  for (const name of all) {
    await runtime.check(name, byteCount)
    counts.set(name, await countFor(runtime, name, byteCount))
  }
  const rates = new Map<string, number[]>(all.map((name) => [name, []]))
  for (let round = 0; round < (quick ? 9 : 101); round++)
    for (const [name, count] of counts)
      rates.get(name)?.push((count * 1000) / (await runtime.run(name, byteCount, count)))
  return new Map([...rates].map(([name, found]) => [name, median(found)]))
}

const barWidth = 30

/** A bar for each, the longest first in the order given. */
const bars = (title: string, rates: ReadonlyMap<string, number>): string => {
  const highest = Math.max(...rates.values())
  const lines = [...rates].map(([name, value]) => {
    const bar = '█'.repeat(Math.max(1, Math.round((value / highest) * barWidth)))
    return `  ${name.padEnd(46)}${bar.padEnd(barWidth + 1)}${rate(value).padStart(11)}`
  })
  return [title, ...lines].join('\n')
}

const share = (what: string, value: number, beside: string, base: number, atLeast?: number): Finding => ({
  what,
  measured: rate(value),
  beside: `${beside} ${rate(base)}`,
  target: `${atLeast === undefined ? 'of it' : `≥ ${atLeast.toFixed(2)} of it`}: ${(value / base).toFixed(2)}`,
  ...(atLeast !== undefined && { reached: value / base >= atLeast }),
})

const findingsOf = async (runtimeName: RuntimeName, runtime: Runtime, quick: boolean): Promise<Finding[]> => {
  const where = { node: 'Node', workerd: 'workerd' }[runtimeName]
  const bare = names.bare[runtimeName]
  const findings: Finding[] = []
  for (const byteCount of sizes) {
    const size = byteCount < 1000 ? `${byteCount} B` : `${byteCount / 1000} KB`
    const all = [bare, ...names.verifiers, names.handler, names.receiver]
    const rates = await measure(runtime, all, byteCount, quick)
    const of = (name: string): number => rates.get(name) ?? Number.NaN
    const asked = runtimeName === 'node' && byteCount === sizes[0] ? 0.8 : undefined
    findings.push(
      {
        ...share(`verify, ${where}, ${size}`, of('ours, guide'), bare, of(bare), asked),
        chart: bars(`in ${where}, ${size}:`, rates),
      },
      share(`whole receiver, ${where}, ${size}`, of(names.receiver), 'bare handler', of(names.handler)),
    )
  }
  return findings
}

const run: Scenario['run'] = async ({ quick }) => {
  const findings: Finding[] = []
  for (const [name, open] of [
    ['node', openNode],
    ['workerd', openWorkerd],
  ] as const) {
    const runtime = await open()
    try {
      findings.push(...(await findingsOf(name, runtime, quick)))
    } finally {
      await runtime.stop()
    }
  }
  return findings
}

export const verifyScenarios: readonly Scenario[] = [{ key: 'verify', drivers: ['sqlite'], run }]
