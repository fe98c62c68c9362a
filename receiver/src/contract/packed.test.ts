import { execFile } from 'node:child_process'
import { copyFileSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { buildSync } from 'esbuild'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import {
  buildReceiver,
  gzippedBytes,
  installReceiver,
  packReceiver,
  sizeLimits,
} from '../../../scripts/pack-receiver.ts'
import { makeTemporaryFolder } from '../../../test/ground/temporary.ts'
import { deliverTo, startPrintedServer, startPrintedWorker } from '../../test/quick-start.ts'
import { receiverContract } from './contract.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const run = promisify(execFile)
const programs = ['contract-ground.mjs', 'contract-process.mjs', 'contract-worker.mjs']

/** What each case must come to. */
const allGood = Object.fromEntries(receiverContract.map(({ name }) => [name, '']))

/** A runtime as npm brings it: where it lies depends on whether install scripts may run. */
const binary = (...patterns: string[]): string => {
  const [found] = patterns.flatMap((pattern) => globSync(pattern, { cwd: join(root, 'node_modules') }))
  if (!found) throw new Error(`npm ci has brought none of ${patterns.join(', ')}.`)
  return join(root, 'node_modules', found)
}
const runtimes = [
  ['node', process.execPath, []],
  ['deno', binary('@deno/*/deno{,.exe}'), ['run', '--no-remote', '--node-modules-dir=manual', '--allow-all']],
  ['bun', binary('@oven/*/bin/bun{,.exe}', 'bun/bin/bun.exe'), ['--no-install']],
] as const

describe('the package as it is published', () => {
  let folder: string

  beforeAll(() => {
    const temporary = makeTemporaryFolder()
    folder = temporary.path
    buildReceiver(join(folder, 'dist'))
    installReceiver(packReceiver(join(folder, 'dist'), folder), folder)
    for (const name of programs) copyFileSync(join(root, 'receiver/test', name), join(folder, name))
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
    return () => temporary.remove()
  })

  test.each(runtimes)('keeps the contract in %s, called and over HTTP', async (name, program, options) => {
    const { stdout } = await run(program, [...options, join(folder, 'contract-process.mjs')], {
      cwd: folder,
      env: { PATH: '', HOME: folder, DENO_DIR: join(folder, '.deno'), DENO_NO_UPDATE_CHECK: '1' },
    })
    const fix = expect.stringMatching(/^TypeError: The body was read or parsed before it came to the receiver/)
    const readBefore = { status: 500, told: [fix] }
    expect(JSON.parse(stdout)).toEqual({ runtime: name, called: allGood, overHttp: allGood, readBefore })
  })

  test('keeps the contract in workerd, called and over HTTP', async () => {
    const { outputFiles } = buildSync({
      stdin: {
        contents: "import { answer } from './contract-worker.mjs'\nexport default { fetch: answer }",
        resolveDir: folder,
      },
      bundle: true,
      format: 'esm',
      target: 'es2024',
      conditions: ['workerd'],
      write: false,
    })
    const worker = new Miniflare(
      convertV4MiniflareOptions({
        host: '127.0.0.1',
        port: 0,
        modules: true,
        script: outputFiles[0]?.text ?? '',
        cf: false,
        compatibilityDate: '2026-10-01',
      }),
    )
    onTestFinished(() => worker.dispose())
    const url = await worker.ready
    expect(await (await fetch(new URL('/contract', url))).json()).toEqual(allGood)
    const handledCount = async (id: string): Promise<number> =>
      Number(await (await fetch(new URL('/handled', url), { method: 'POST', body: id })).text())
    const target = { send: fetch, secret: 'your_webhook_secret_key', url: new URL('/webhooks', url).href, handledCount }
    for (const { run: runCase } of receiverContract) await runCase(target)
  })

  test('holds JavaScript with types for each door, the SQL, the guide to it, and nothing it depends on', () => {
    const installed = join(folder, 'node_modules/@imagehooks/receiver')
    const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
    expect(manifest).not.toHaveProperty('dependencies')
    const files = globSync('**/*', { cwd: installed })
    expect(files).toEqual(expect.arrayContaining(['README.md', 'LICENSE', 'tables.sql', 'inboxes/d1-inbox.sql']))
    expect(files.filter((name) => /(?<!\.d)\.ts$|\.test\./.test(name))).toEqual([])
    const targets = JSON.stringify([manifest.exports, manifest.imports]).match(/(?<=:")\.\/[^"]+/g) ?? []
    expect(targets.length).toBeGreaterThan(30)
    expect(targets.filter((target) => !files.includes(target.slice(2)))).toEqual([])
  })

  test('is understood by TypeScript as its users have it, its own types included', async () => {
    const manifest = JSON.parse(readFileSync(join(folder, 'dist/package.json'), 'utf8'))
    const doors = Object.keys(manifest.exports).filter((door) => !/\.(sql|json)$/.test(door))
    const lines = doors.map(
      (door, at) => `import * as door${at} from '@imagehooks/receiver${door.slice(1)}'\nvoid door${at}`,
    )
    writeFileSync(
      join(folder, 'user.ts'),
      `${lines.join('\n')}
import { createReceiver, memoryInbox } from '@imagehooks/receiver'
createReceiver({ secrets: 'x', inbox: memoryInbox(), unknown: 'ignore' }).on('image.uploaded', ({ event }) => event.image.id.length)
// @ts-expect-error an event type that does not exist
createReceiver({ secrets: 'x', inbox: memoryInbox(), unknown: 'ignore' }).on('image.uplaoded', () => 0)
`,
    )
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--types', 'node']
    const types = [
      '--typeRoots',
      join(root, 'node_modules/@types'),
      '--lib',
      'es2024,dom,dom.iterable,dom.asynciterable',
    ]
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    const said = await run(process.execPath, [tsc, ...options, ...types, 'user.ts'], { cwd: folder }).catch(
      (error: { stdout: string }) => error,
    )
    expect(said.stdout).toBe('')
  })

  const answers = [{ code: 'done' }, { code: 'duplicate' }, { code: 'unverified' }]

  test("makes the README's Worker work as it is printed", async () => {
    expect(await deliverTo(await startPrintedWorker(folder))).toEqual(answers)
  })

  test("makes the README's Node server work as it is printed", async () => {
    const { url, printed } = await startPrintedServer(folder)
    expect(await deliverTo(url)).toEqual(answers)
    await expect.poll(printed).toContain('test.jpg is there: test|image.uploaded|')
  })

  test.each(sizeLimits)('adds no more than $limitBytes bytes to a bundle by $from', ({ from, names, limitBytes }) => {
    const bytes = gzippedBytes(from, names, folder)
    process.stdout.write(`${from}: ${bytes} of ${limitBytes} bytes gzipped\n`)
    expect(bytes).toBeLessThanOrEqual(limitBytes)
  })
})
