/**
 * `npm run bench -- [--database sqlite|postgres|both] [--quick] [--json] [--only S4,S8] [--write]`: the scenarios of
 * `docs/benchmarks.md`, each figure beside a ceiling or a baseline of the same run. `--write` puts them into that page, beside those of
 * scenarios that were not run.
 */
import { parseArgs } from 'node:util'
import { backlogScenarios } from './backlogs.ts'
import { crowdScenarios } from './crowd.ts'
import { drainScenarios } from './drains.ts'
import { writeFindings } from './figures-page.ts'
import { neighbourScenarios } from './neighbours.ts'
import { openGround, type Ground } from './place.ts'
import { stopAll } from './processes.ts'
import { renditionScenarios } from './renditions.ts'
import { showFindings, status, told, type Found } from './report.ts'
import type { Scenario } from './scenario.ts'
import { verifyScenarios } from './verifying.ts'
import { walkScenarios } from './walks.ts'

const scenarios: readonly Scenario[] = [
  ...walkScenarios,
  ...renditionScenarios,
  ...crowdScenarios,
  ...drainScenarios,
  ...neighbourScenarios,
  ...backlogScenarios,
  ...verifyScenarios,
]

const { values: options } = parseArgs({
  options: {
    database: { type: 'string', default: 'both' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
})
const { quick } = options
const keys = scenarios.map(({ key }) => key)
const only = options.only?.split(',') ?? keys
const unknown = only.filter((key) => !keys.includes(key))
const drivers = (['sqlite', 'postgres'] as const).filter((driver) => [driver, 'both'].includes(options.database))
if (unknown.length > 0 || drivers.length === 0) {
  process.stderr.write(
    unknown.length > 0
      ? `--only takes ${keys.join(',')}; not ${unknown.join(',')}.\n`
      : '--database takes sqlite, postgres or both.\n',
  )
  process.exit(2)
}

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    stopAll()
    process.exit(130)
  })

const runOn = async (ground: Ground): Promise<Found[]> => {
  const all: Found[] = []
  for (const { key, drivers: on, run } of scenarios) {
    if (!only.includes(key) || !on.includes(ground.driver)) continue
    status(`${ground.driver}  ${key}`, options.json)
    const start = performance.now()
    try {
      const findings = await run({ ground, quick })
      const seconds = (performance.now() - start) / 1000
      all.push(...findings.map((finding) => ({ driver: ground.driver, key, seconds, finding })))
    } catch (error) {
      // One that fails is told of, and the others go on.
      process.exitCode = 1
      const measured = error instanceof Error ? error.message : String(error)
      const finding = { what: 'did not come to its end', measured, beside: '', target: '', reached: false }
      all.push({ driver: ground.driver, key, seconds: (performance.now() - start) / 1000, finding })
      stopAll()
    }
    told(`${ground.driver} ${key} ${((performance.now() - start) / 1000).toFixed(0)} s`)
  }
  return all
}

const found: Found[] = []
try {
  for (const driver of drivers) {
    const ground = await openGround(driver)
    try {
      found.push(...(await runOn(ground)))
    } finally {
      stopAll()
      await ground.stop()
    }
  }
} finally {
  status('', options.json)
  stopAll()
}
if (options.json) process.stdout.write(`${JSON.stringify(found)}\n`)
else showFindings(found)
if (options.write) writeFindings(found, keys, quick)
