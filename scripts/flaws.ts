/**
 * `npm run flaws [-- --only 1,6]`: takes the cures of `scripts/flaws/cures.ts` out, one at a time, in a copy of the sources, and
 * shows that the test which `docs/receiver-flaws.md` names turns red. First all of them must be green. A few minutes.
 */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, styleText } from 'node:util'
import Table from 'cli-table3'
import { type Cure, cures } from './flaws/cures.ts'

const root = fileURLToPath(new URL('../', import.meta.url))

/** What these tests need of vitest: no ground that is common to a whole run. */
const config = `export default { test: { include: ['receiver/src/**/*.test.ts'], testTimeout: 60_000 } }\n`

/** A copy of the sources, committed or not, in a folder of its own. */
const copySources = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'imagehooks-flaws-'))
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 16_000_000,
  })
  for (const name of listed.split('\0').filter((one) => one && !one.startsWith('dashboard/'))) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    cpSync(join(root, name), join(folder, name))
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  mkdirSync(join(folder, 'tmp'))
  writeFileSync(join(folder, 'flaws.config.mjs'), config)
  return folder
}

type Ended = { fullName: string; status: string }

/** How the tests ended whose full name has one of these parts. */
const runTests = async (folder: string, files: readonly string[], names: readonly string[]): Promise<Ended[]> => {
  const vitest = join(folder, 'node_modules/vitest/vitest.mjs')
  // Between a test and what describes it stands a mark that no report has.
  const pattern = names.map((name) => name.replaceAll(/[^\w ]/g, '\\$&').replaceAll(' ', '( | > )')).join('|')
  const report = join(folder, 'tmp/report.json')
  rmSync(report, { force: true })
  const child = spawn(
    process.execPath,
    [
      vitest,
      'run',
      '--config',
      'flaws.config.mjs',
      '--reporter=json',
      `--outputFile=${report}`,
      '-t',
      pattern,
      ...files,
    ],
    { cwd: folder, env: { ...process.env, TMPDIR: join(folder, 'tmp') }, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let said = ''
  child.stderr.on('data', (chunk) => (said += String(chunk)))
  await once(child, 'close')
  try {
    const { testResults }: { testResults: { assertionResults: Ended[] }[] } = JSON.parse(readFileSync(report, 'utf8'))
    return testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ fullName }) => names.some((name) => fullName.includes(name)))
  } catch (cause) {
    throw new Error(`vitest left no report. It said:\n${said}`, { cause })
  }
}

/** Takes a cure out, runs its test, and puts it back. */
const takeOut = async (folder: string, { path, cure, taken, test, name }: Cure): Promise<Ended[]> => {
  const file = join(folder, path)
  const text = readFileSync(file, 'utf8')
  if (text.split(cure).length !== 2) throw new Error(`${path} does not have this once: ${cure}`)
  writeFileSync(
    file,
    text.replace(cure, () => taken),
  )
  try {
    return await runTests(folder, [test], [name])
  } finally {
    writeFileSync(file, text)
  }
}

const say = (text: string): void => void process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${text}` : `${text}\n`)

const main = async (): Promise<void> => {
  const { values } = parseArgs({ options: { only: { type: 'string' } } })
  const only = values.only?.split(',').map(Number)
  const chosen = cures.filter(({ flaw }) => only?.includes(flaw) ?? true)
  const table = new Table({
    head: ['flaw', 'without its cure', 'the test that notices', ''],
    colWidths: [6, 44, 56, 8],
    wordWrap: true,
    ...(process.stdout.isTTY ? {} : { style: { head: [], border: [] } }),
  })
  const folder = copySources()
  try {
    say('With all cures in …')
    const files = [...new Set(chosen.map(({ test }) => test))]
    const whole = await runTests(
      folder,
      files,
      chosen.map(({ name }) => name),
    )
    const isGreen = ({ name }: Cure): boolean => {
      const mine = whole.filter(({ fullName }) => fullName.includes(name))
      return mine.length > 0 && mine.every(({ status }) => status === 'passed')
    }
    for (const cure of chosen) {
      say(`${cure.flaw}: ${cure.without} …`)
      const turned = isGreen(cure) && (await takeOut(folder, cure)).some(({ status }) => status === 'failed')
      if (!turned) process.exitCode = 1
      const verdict = turned ? 'red' : isGreen(cure) ? 'green' : 'missing'
      table.push([
        cure.flaw,
        cure.without,
        `${cure.name}\n${cure.test}`,
        styleText(turned ? 'green' : 'red', verdict, { stream: process.stdout }),
      ])
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
    if (process.stderr.isTTY) say('')
  }
  process.stdout.write(`${table.toString()}\n`)
  process.stdout.write(
    process.exitCode === 1
      ? 'A cure can be taken out without its test turning red.\n'
      : `Each of the ${chosen.length} tests turns red without its cure.\n`,
  )
}

await main()
