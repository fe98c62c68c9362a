import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { runHere } from '../../../../test/ground/command-here.ts'
import { temporaryFolder } from '../../../../test/ground/temporary.ts'
import { isSecret } from './secret-words.ts'

const value = 'your_webhook_secret_key'

/** The `wrangler.jsonc` of the guide. */
const guideConfig = `{
  "name": "images-webhook-handler",
  // the secret that everybody can read
  "vars": {
    "WEBHOOK_SECRET": "${value}"
  },
}
`

const git = (folder: string, ...words: string[]): void =>
  void execFileSync('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...words])

const folderOf = (files: Readonly<Record<string, string>>, { withGit = true } = {}): string => {
  const folder = temporaryFolder()
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  if (withGit) git(folder, 'init', '--quiet')
  return folder
}

const examined = async (folder: string) => {
  const { code, printed, said } = await runHere(['doctor', 'project', folder, '--json'])
  expect(said).toBe('')
  expect(printed).not.toContain(value)
  const report = JSON.parse(printed)
  const blamed: string[] = report.findings.flatMap(
    ({ check, severity, subject }: { check: string; severity: string; subject: string | null }) =>
      severity === 'ok' ? [] : [`${severity} ${check} ${subject}`],
  )
  return { code, report, blamed }
}

const ignoring = { '.gitignore': '.dev.vars\n' }

test('the guide’s own file is told by its line, with what to do, and the value is not printed', async () => {
  const { code, report, blamed } = await examined(folderOf({ ...ignoring, 'wrangler.jsonc': guideConfig }))
  expect({ code, blamed }).toEqual({ code: 1, blamed: ['failure vars wrangler.jsonc:5'] })
  const { what, fix } = report.findings.find(({ check }: { check: string }) => check === 'vars')
  expect(what).toBe('WEBHOOK_SECRET stands in vars')
  expect(fix).toMatch(/npx wrangler secret put WEBHOOK_SECRET .*\.dev\.vars.*make a new one/)
})

test('secrets of environments, in objects and in TOML are found where they stand', async () => {
  const toml = `name = "x"
account_id = "0123456789abcdef0123456789abcdef"
[vars]
API_URL = "https://api.example.com"
TOKEN_TTL_SECONDS = 3600
[env.production.vars]
"api-token" = "${value}"
database = { url = "postgres://user:${value}@db.example.com/images" }
[env.staging]
vars.signingKey = "${value}"
vars.EMPTY_SECRET = ""
`
  const json = `{ "vars": { "A": "whsec_${value}", "B": [ "x" ] }, "env": { "e": { "vars": { "PUBLIC_KEY": "x" } } } }`
  const { report, blamed } = await examined(folderOf({ ...ignoring, 'wrangler.toml': toml, 'wrangler.json': json }))
  expect(blamed).toEqual([
    'failure vars wrangler.json:1',
    'failure vars wrangler.toml:7',
    'failure vars wrangler.toml:8',
    'failure vars wrangler.toml:10',
  ])
  expect(JSON.stringify(report)).toContain('npx wrangler secret put api-token --env production')
})

test.each([
  ['tracked', 'failure dev-vars .dev.vars', (folder: string) => git(folder, 'add', '-f', '.dev.vars')],
  ['neither tracked nor ignored', 'failure dev-vars .dev.vars', () => {}],
])('a .dev.vars that is %s is told', async (_how, blame, prepare) => {
  const folder = folderOf({ 'wrangler.jsonc': '{}', '.dev.vars': `WEBHOOK_SECRET=${value}\n` })
  prepare(folder)
  expect(await examined(folder)).toMatchObject({ code: 1, blamed: [blame] })
})

test('a .dev.vars that is not there yet is only warned of, and other files with secrets count too', async () => {
  expect(await examined(folderOf({ 'wrangler.jsonc': '{}' }))).toMatchObject({
    code: 0,
    blamed: ['warning dev-vars .dev.vars'],
  })
  const files = { ...ignoring, 'wrangler.jsonc': '{}', '.env': 'A=1\n', '.env.local': `API_TOKEN=${value}\n` }
  expect((await examined(folderOf(files))).blamed).toEqual(['failure dev-vars .env.local'])
})

test('a Worker that keeps its secrets passes, also outside of a repository', async () => {
  const files = {
    ...ignoring,
    'wrangler.jsonc': '{ "vars": { "PUBLIC_URL": "https://example.com", }, /* fine */ }',
    '.dev.vars': `WEBHOOK_SECRET=${value}\n`,
    '.dev.vars.example': 'WEBHOOK_SECRET=change-me\n',
  }
  const { code, blamed, report } = await examined(folderOf(files))
  expect({ code, blamed, unmade: report.not_made }).toEqual({ code: 0, blamed: [], unmade: [] })
  const outside = await examined(folderOf(files, { withGit: false }))
  expect(outside.report.not_made).toEqual([{ check: 'dev-vars', because: '.dev.vars is in no git repository' }])
})

test('a file that cannot be read is told by its line, and a folder without one as such', async () => {
  const broken = { ...ignoring, 'wrangler.jsonc': '{\n  "vars": {\n    "A": ,\n', 'wrangler.toml': 'a = 1\nb = = 2\n' }
  const { blamed } = await examined(folderOf(broken))
  expect(blamed).toEqual(['failure config wrangler.jsonc:3', 'failure config wrangler.toml:2'])
  expect((await examined(folderOf({}))).blamed).toEqual(['failure config null'])
  expect(await runHere(['doctor', 'project', '/nowhere/at/all'])).toMatchObject({
    code: 1,
    said: expect.stringMatching(/is no folder that can be read/),
  })
})

test.each([
  ['WEBHOOK_SECRET', 'x', true],
  ['webhookSecret', 'x', true],
  ['CF_API_TOKEN', 'x', true],
  ['DB_PASSWORD', 'x', true],
  ['PRIVATE_KEY', 'x', true],
  ['ANYTHING', '-----BEGIN PRIVATE KEY-----', true],
  ['ANYTHING', 'sk_live_0', true],
  ['TOKEN_URL', 'https://example.com/token', false],
  ['AWS_ACCESS_KEY_ID', 'AKIA', false],
  ['TURNSTILE_SITE_KEY', '0x4', false],
  ['STRIPE_PUBLISHABLE_KEY', 'pk_live_0', false],
  ['TOKENIZER', 'fast', false],
  ['WEBHOOK_SECRET', '', false],
])('%s=%s is a secret: %s', (name, text, wanted) => expect(isSecret(name, text)).toBe(wanted))
