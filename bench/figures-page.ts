import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { verdictOf, type Found } from './report.ts'

const page = new URL('../docs/benchmarks.md', import.meta.url)
const [from, to] = ['<!-- figures: npm run bench -- --write -->', '<!-- end of figures -->']

const head = ['| | driver | what | measured | beside | target | | taken |', '|---|---|---|---|---|---|---|---|']

/** A row or a chart of the page, and the scenario and database it is of. */
type Entry = { readonly of: string; readonly text: string }

const rowOf = ({ key, driver, finding }: Found, taken: string): Entry => {
  const { what, measured, beside, target } = finding
  const cells = [key, driver, what, measured, beside, target, verdictOf(finding), taken]
  const text = cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')
  return { of: `${key} ${driver}`, text: `| ${text} |` }
}

const rowsIn = (figures: string): readonly Entry[] =>
  [...figures.matchAll(/^\| (\S+) \| (\S+) \| .*\|$/gm)].map(([text, key, driver]) => ({
    of: `${key} ${driver}`,
    text,
  }))

const chartsIn = (figures: string): readonly Entry[] =>
  [...figures.matchAll(/^```text\n(\S+), (\S+): [^`]*```$/gm)].map(([text, key, driver]) => ({
    of: `${key} ${driver}`,
    text,
  }))

/** By database, and in the order of the scenarios. */
const inPlace = (entries: readonly Entry[], keys: readonly string[]): readonly Entry[] => {
  const placeOf = ({ of }: Entry): number => {
    const [key = '', driver] = of.split(' ')
    return (driver === 'sqlite' ? 0 : keys.length) + keys.indexOf(key)
  }
  return entries.toSorted((one, other) => placeOf(one) - placeOf(other))
}

/**
 * Puts figures into the page, in place of those that stand there of the same scenarios on the same database. `keys` are
 * those of all scenarios, in their order.
 */
export const writeFindings = (all: readonly Found[], keys: readonly string[], quick: boolean): void => {
  const [before = '', rest = ''] = readFileSync(page, 'utf8').split(from)
  const [old = '', after = ''] = rest.split(to)
  const taken = `${new Date().toISOString().slice(0, 10)}${quick ? ', a quick look' : ''}`
  const measured = new Set(all.map(({ key, driver }) => `${key} ${driver}`))
  const isKept = ({ of }: Entry): boolean => !measured.has(of)
  const rows = [...rowsIn(old).filter(isKept), ...all.map((found) => rowOf(found, taken))]
  const charts = [
    ...chartsIn(old).filter(isKept),
    ...all.flatMap(({ key, driver, finding: { chart } }) =>
      chart ? [{ of: `${key} ${driver}`, text: ['```text', `${key}, ${driver}: ${chart}`, '```'].join('\n') }] : [],
    ),
  ]
  const figures = [
    `On ${availableParallelism()} cores, with Node ${process.versions.node}.`,
    '',
    ...head,
    ...inPlace(rows, keys).map(({ text }) => text),
    ...inPlace(charts, keys).flatMap(({ text }) => ['', text]),
  ].join('\n')
  writeFileSync(page, `${before}${from}\n\n${figures}\n\n${to}${after}`)
}
