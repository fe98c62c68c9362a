import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { outcomeStatuses, parseEvent } from '@imagehooks/receiver'
import { createSigningSecret, signGuide, signStandard } from '@imagehooks/receiver/sign'
import { describe, expect, test } from 'vitest'
import { defaultRetryPolicy } from '../src/domain/retry-policy.ts'
import { readPages } from './ground/pages.ts'
import { startServer } from './ground/server.ts'
import { temporaryFolder } from './ground/temporary.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8')
const pages = readPages()
const blocksOf = (path: string, language: string) =>
  pages.find((page) => page.path === path)?.blocks.filter((block) => block.language === language) ?? []
const receiving = read('docs/receiving-webhooks.md')

/** The rows of the first table whose head begins so, as cells without their backticks. */
const tableOf = (text: string, head: string): string[][] => {
  const lines = text.split('\n')
  const from = lines.findIndex((line) => line.startsWith(head))
  const rows = lines.slice(from + 2)
  const end = rows.findIndex((line) => !line.startsWith('|'))
  return rows.slice(0, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  )
}

test('all JSON of the pages is JSON, and what is an event is a valid one', () => {
  const values = pages.flatMap(({ blocks }) =>
    blocks.filter(({ language }) => language === 'json').map(({ text }): unknown => JSON.parse(text)),
  )
  const events = values.filter((value) => typeof value === 'object' && value !== null && 'event' in value)
  expect(events.length).toBeGreaterThan(2)
  for (const event of events) expect(parseEvent(event)).toMatchObject({ ok: true })
})

test('the answer to the call that configures is the one on the page, key by key', async () => {
  const shown = blocksOf('docs/receiving-webhooks.md', 'json')
    .map(({ text }) => JSON.parse(text))
    .find((value) => 'success' in value)
  const server = await startServer()
  const { result } = await server.call('PUT', '/images/v1/webhooks', {
    url: shown.result.url,
    events: shown.result.events,
    secret: 'your_webhook_secret_key',
  })
  expect(Object.keys(result)).toEqual(Object.keys(shown.result))
  const { id, created, modified, state_since: since, ...rest } = result
  expect(shown.result).toMatchObject(rest)
  expect([id, created, modified, since]).not.toContain(undefined)
})

describe('the vectors of "Verify by hand"', () => {
  const body = Buffer.from('{"event":"image.uploaded"}')
  const vectors = tableOf(receiving, '| secret | `x-cloudflare').map(([secret = '', guide, standard]) => ({
    secret,
    guide,
    standard,
  }))

  test('are what the server signs', () => {
    expect(vectors).toHaveLength(2)
    for (const { secret, guide, standard } of vectors) {
      const key = createSigningSecret(secret)
      expect([signGuide(key, body), signStandard(key, 'evt_1', 1_768_473_045, body)]).toEqual([guide, standard])
    }
  })

  test('are verified by the Python on the page, which refuses what is forged', async () => {
    const folder = temporaryFolder()
    const [block] = blocksOf('docs/receiving-webhooks.md', 'python')
    writeFileSync(join(folder, 'webhook.py'), block?.text ?? '')
    writeFileSync(
      join(folder, 'check.py'),
      `import json, sys
from webhook import verify
for secret, headers, body, now in json.load(sys.stdin):
    print(verify(secret, headers, body.encode(), now))`,
    )
    const at = 1_768_473_045
    const cases = vectors.flatMap(({ secret, standard = '' }) => {
      const headers = { 'webhook-id': 'evt_1', 'webhook-timestamp': String(at), 'webhook-signature': standard }
      const having = (changed: object) => ({ ...headers, ...changed })
      return [
        [secret, headers, String(body), at],
        [secret, having({ 'webhook-signature': `v1,x ${standard}` }), String(body), at + 299],
        [secret, headers, `${String(body)} `, at],
        [secret, headers, String(body), at + 301],
        [`${secret}x`, headers, String(body), at],
        [secret, having({ 'webhook-id': 'evt_2' }), String(body), at],
        [secret, having({ 'webhook-id': 'evt_1.1' }), String(body), at],
        [secret, having({ 'webhook-timestamp': `${at}.0` }), String(body), at],
        [secret, having({ 'webhook-signature': standard.toUpperCase() }), String(body), at],
        [secret, having({ 'webhook-signature': '\u{1F4A5}' }), String(body), at],
        [secret, {}, String(body), at],
      ]
    })
    const run = promisify(execFile)('python3', ['-B', 'check.py'], { cwd: folder })
    run.child.stdin?.end(JSON.stringify(cases))
    const answers = (await run).stdout.trim().split('\n')
    expect(answers).toEqual(vectors.flatMap(() => ['True', 'True', ...Array.from({ length: 9 }, () => 'False')]))
  })
})

test('the retries on the pages are those of the server', () => {
  const minutes = (text: string): number => {
    if (text === '0' || text === 'at once') return 0
    const [, hours, rest] = /^(?:(\d+) h)? ?(?:(\d+)(?: m)?)?$/.exec(text) ?? []
    return Number(hours ?? 0) * 60 + Number(rest ?? 0)
  }
  const { scheduleMs } = defaultRetryPolicy
  const delays = scheduleMs.map((delay) => delay / 60_000)
  const sums = [0, ...delays.map((_, at) => delays.slice(0, at + 1).reduce((sum, delay) => sum + delay, 0))]
  const [after = [], first = []] = tableOf(receiving, '| attempt | 1 |')
  expect(after.slice(2).map(minutes)).toEqual(delays)
  expect(first.slice(1).map(minutes)).toEqual(sums)
  expect(tableOf(read('README.md'), '| attempt | 1 |')[0]?.slice(1).map(minutes)).toEqual(sums)
})

test("the receiver's README names every outcome, under its status", () => {
  const rows = tableOf(read('receiver/README.md'), '| status | code |').map(
    ([statuses = '', codes = '']) => [statuses.split(' '), codes.split(' ')] as const,
  )
  for (const [code, status] of Object.entries(outcomeStatuses))
    expect(rows.find(([, codes]) => codes.includes(code))?.[0], code).toContain(String(status))
})

test('the checklist names findings that doctor has, by the page of the command line', () => {
  const known = new Set(
    [...read('docs/cli.md').matchAll(/^\| ((?:`[a-z-]+`(?:, )?)+) \|/gm)].flatMap(
      ([, names = '']) => names.match(/[a-z-]+/g) ?? [],
    ),
  )
  const cells = read('docs/production-checklist.md')
    .split('\n')
    .filter((line) => line.startsWith('| ☐'))
    .map((line) => line.split('|')[3] ?? '')
  const named = cells.flatMap((cell) => [...cell.matchAll(/`([a-z-]+)`/g)].map(([, name = '']) => name))
  expect(named.length).toBeGreaterThan(30)
  expect(named.filter((name) => !known.has(name))).toEqual([])
})
