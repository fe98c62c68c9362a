/**
 * How long `imagehooks --help` takes beyond a Node that does nothing, from the published JavaScript and from a checkout:
 * `npm run bench:start-up`, some ten seconds. Runs take turns, so that what else the machine does falls on all alike.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Table from 'cli-table3'
import { median } from './figures.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const rounds = 25
const limitMs = 150

const timeOf = (args: readonly string[]): number => {
  const startedMs = performance.now()
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`)
  return performance.now() - startedMs
}

const folder = mkdtempSync(join(tmpdir(), 'imagehooks-start-up-'))
try {
  execFileSync(process.execPath, [join(root, 'scripts/build-server.mjs')])
  // As it is published: what is built, and no sources beside it.
  cpSync(join(root, 'bin'), join(folder, 'bin'), { recursive: true })
  symlinkSync(join(root, 'lib'), join(folder, 'lib'))
  const empty = join(folder, 'empty.mjs')
  writeFileSync(empty, '')
  const entry = join(folder, 'bin/imagehooks.mjs')
  const programs: Readonly<Record<string, readonly string[]>> = {
    'Node alone': [empty],
    'imagehooks --help': [entry, '--help'],
    'imagehooks version': [entry, 'version'],
    'imagehooks listen --help': [entry, 'listen', '--help'],
    'imagehooks --help, from a checkout': [join(root, 'bin/imagehooks.mjs'), '--help'],
  }
  const times = new Map(Object.keys(programs).map((name): [string, number[]] => [name, []]))
  for (let round = 0; round < rounds; round++)
    for (const [name, args] of Object.entries(programs)) times.get(name)?.push(timeOf(args))
  const bareMs = median(times.get('Node alone') ?? [])
  const table = new Table({ head: ['', 'median', 'beyond Node alone', 'limit', ''], style: { head: [], border: [] } })
  for (const [name, taken] of times) {
    const beyondMs = median(taken) - bareMs
    const isAsked = name === 'imagehooks --help'
    if (isAsked && beyondMs > limitMs) process.exitCode = 1
    const verdict = beyondMs <= limitMs ? 'ok' : 'MISSED'
    table.push([
      name,
      `${median(taken).toFixed(0)} ms`,
      name === 'Node alone' ? '' : `${beyondMs.toFixed(0)} ms`,
      isAsked ? `${limitMs} ms` : '',
      isAsked ? verdict : '',
    ])
  }
  process.stdout.write(`${table.toString()}\n`)
} finally {
  rmSync(folder, { recursive: true })
}
