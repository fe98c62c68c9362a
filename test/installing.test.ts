import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { settingForms } from '../src/config/env.ts'
import { run } from './ground/command.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')
const unit = read('packaging/imagehooks.service')
const containerfile = read('Containerfile')
const guide = read('docs/installing.md')
const packageFile = JSON.parse(read('package.json'))

/** What a unit says under a name, each time it stands there. */
const said = (name: string): string[] =>
  [...unit.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map((match) => match[1] ?? '')

test('the service starts a command that there is, with flags that it has', async () => {
  const [command = ''] = said('ExecStart')
  const [env, program = '', word = '', ...flags] = command.split(' ')
  expect([env, Object.keys(packageFile.bin)]).toEqual(['/usr/bin/env', [program]])
  const { code, printed } = await run([word, '--help'])
  expect(code).toBe(0)
  for (const flag of flags.filter((each) => each.startsWith('--'))) expect(printed).toContain(`${flag} <`)
})

test('the service writes to its state folder alone, without rights', () => {
  expect(flagsOf(unit)).toMatchObject({
    DynamicUser: 'yes',
    StateDirectory: 'imagehooks',
    NoNewPrivileges: 'yes',
    ProtectSystem: 'strict',
    ProtectHome: 'yes',
    CapabilityBoundingSet: '',
  })
  expect(said('ExecStart')[0]).toContain('--data-dir ${STATE_DIRECTORY}')
  // Compiling while it runs is what a JavaScript engine does.
  expect(unit).not.toMatch(/^MemoryDenyWriteExecute=/m)
})

const flagsOf = (text: string): Record<string, string> =>
  Object.fromEntries([...text.matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]))

test('every setting that the service, the container and the guide name is one', () => {
  const names = new Set<string>(settingForms.map(({ environment }) => environment))
  const named = [unit, containerfile, guide].flatMap((text) => text.match(/\bIMAGEHOOKS_[A-Z_]+/g) ?? [])
  expect(named.length).toBeGreaterThan(3)
  for (const name of named) expect(names).toContain(name)
})

test('the container takes the packed package and the package carries what the guide names', () => {
  expect(containerfile).toContain('npm pack')
  expect(containerfile).toMatch(/^ENTRYPOINT \["imagehooks"\]$/m)
  for (const file of ['packaging/imagehooks.service']) {
    expect(guide).toContain(file)
    expect(packageFile.files.flatMap((pattern: string) => globSync(`${pattern}/**`, { cwd: root }))).toContain(file)
  }
})
