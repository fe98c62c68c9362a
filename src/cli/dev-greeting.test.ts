import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { devGreeting, type Greeting, jsonGreeting, ownName } from './dev-greeting.ts'

const greeting: Greeting = {
  version: '1.2.3',
  url: 'http://127.0.0.1:4747',
  accountId: '023e105f4ecef8ad9ca31a8372d0c353',
  apiToken: 'ih_9QMOGv8-uiycYkHI-R_lwcMym-wd1q8mGYST2qbbC8I',
  dashboardUrl: 'http://127.0.0.1:4747/#code=EKWbgoSD698Gxgn3cMJusZxoQN8FNWxij1oRWsGF0-Y',
  inboxUrl: 'http://127.0.0.1:4747/inbox',
  dataFolder: join(process.cwd(), 'imagehooks-data'),
}

const linesAt = (columns: number, name = 'imagehooks'): string[] =>
  stripVTControlCharacters(devGreeting(greeting, columns, name)).split('\n')

/** What is pasted whole, however narrow the terminal is. */
const isPasted = (line: string): boolean => /^\s*(?:curl|export|http)/.test(line)

test.each([
  [60, 'imagehooks'],
  [80, 'imagehooks'],
  [80, 'npm run -s imagehooks --'],
  [120, 'npm run -s imagehooks --'],
])('at %i columns, as %s, nothing but what is pasted whole is wider', (columns, name) => {
  for (const line of linesAt(columns, name).filter((each) => !isPasted(each)))
    expect(line.length).toBeLessThanOrEqual(columns)
})

test('the sign-in link and the upload stand on lines of their own, and fit into 80 columns', () => {
  const lines = linesAt(80)
  expect(lines).toContain(`  ${greeting.dashboardUrl}`)
  expect(lines).toContain(`curl -H 'Authorization: Bearer ${greeting.apiToken}' \\`)
  expect(lines).toContain('Kept in ./imagehooks-data; the next start finds it again.')
})

test('purposes stand beside the commands where there is room for all, else below each', () => {
  const beside = linesAt(80).filter((line) => line.startsWith('imagehooks ') && line.includes('#'))
  expect(beside).toHaveLength(4)
  expect(new Set(beside.map((line) => line.indexOf('#'))).size).toBe(1)
  expect(linesAt(60).filter((line) => line.startsWith('  # '))).toHaveLength(4)
})

test('for programs it is one line of JSON', () => {
  expect(jsonGreeting(greeting)).toMatch(/^\{.*\}\n$/)
  expect(JSON.parse(jsonGreeting(greeting))).toMatchObject({
    type: 'ready',
    url: greeting.url,
    account_id: greeting.accountId,
    token: greeting.apiToken,
    images_url: `${greeting.url}/client/v4/accounts/${greeting.accountId}/images/v1`,
    dashboard_url: greeting.dashboardUrl,
  })
})

test.each([
  [{ npm_lifecycle_event: 'start', npm_command: 'start' }, 'npm run -s imagehooks --'],
  [{ npm_lifecycle_event: 'imagehooks', npm_command: 'run' }, 'npm run -s imagehooks --'],
  [{ npm_lifecycle_event: 'npx', npm_command: 'exec' }, 'npx imagehooks'],
  [{}, 'imagehooks'],
])('started with %j it is called %s', (environment, name) => expect(ownName(environment)).toBe(name))
