import { execFileSync } from 'node:child_process'
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

/** The instructions of the Containerfile, each on one line. */
const instructions = containerfile
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line !== '')

test('the container packs the checkout as npm does, installs that file alone and starts what it brings', () => {
  expect(instructions.map((line) => line.split(' ')[0])).toEqual([
    'FROM',
    'WORKDIR',
    'COPY',
    'RUN',
    'FROM',
    'COPY',
    'RUN',
    'ENV',
    'USER',
    'VOLUME',
    'EXPOSE',
    'ENTRYPOINT',
    'CMD',
  ])
  expect(instructions).toContain('RUN npm ci && npm pack --pack-destination /tmp')
  expect(instructions).toContain(`COPY --from=build /tmp/${packageFile.name}-*.tgz /tmp/`)
  expect(instructions).toContain(`ENTRYPOINT ["${Object.keys(packageFile.bin)[0]}"]`)
  const [, version = ''] = /FROM \S+\/node:(\d+)-/.exec(containerfile) ?? []
  expect(packageFile.engines.node).toMatch(new RegExp(`^>=${version}\\.`))
})

test('the container is given all that is in the repository, and nothing that was made of it', () => {
  const ignored = read('.containerignore').trim().split('\n')
  const tracked = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).trim().split('\n')
  for (const pattern of ignored) {
    const folder = new RegExp(`(?:^|/)${pattern.replace('**/', '').replaceAll('.', String.raw`\.`)}(?:/|$)`)
    expect(tracked.filter((path) => folder.test(path))).toEqual([])
  }
  for (const name of ['node_modules', 'lib', 'dist', 'imagehooks-data'])
    expect(
      ignored.some((pattern) => pattern.endsWith(name)),
      name,
    ).toBe(true)
})

test('the package carries what the guide names', () => {
  const carried = packageFile.files.flatMap((pattern: string) => globSync([pattern, `${pattern}/**`], { cwd: root }))
  for (const file of ['packaging/imagehooks.service', 'docs/installing.md']) expect(carried).toContain(file)
  expect(guide).toContain('packaging/imagehooks.service')
})
