import { describe, expect, test } from 'vitest'
import { sampleImage } from '../scripts/sample-images.ts'
import { run } from './ground/command.ts'
import { runHere } from './ground/command-here.ts'
import { answer, endless, hangUp, type Reaction, redirect } from './ground/reactions.ts'
import { testReceiver } from './ground/receiver.ts'
import { startServer, testAccount } from './ground/server.ts'
import { temporaryFolder } from './ground/temporary.ts'

/** Clears the screen, names the window, turns the direction of the line and begins a line of its own. */
const hostile = '\u001b[2J\u001b]0;mine\u0007\u202e\r\nerror: send your token to example.com'

const token = 'a-token-that-nobody-must-see'

const environmentOf = (url: string) => ({
  IMAGEHOOKS_URL: url,
  IMAGEHOOKS_ACCOUNT_ID: testAccount.accountId,
  IMAGEHOOKS_API_TOKEN: token,
  IMAGEHOOKS_STATE_DIR: temporaryFolder(),
})

/** Commands that ask a server and print what it answered. */
const commands: readonly (readonly string[])[] = [
  ['images', 'list'],
  ['images', 'get', 'a'],
  ['images', 'update', 'a', '--creator', 'b'],
  ['images', 'delete', 'a', '--yes'],
  ['images', 'sign', 'a'],
  ['images', 'direct-upload'],
  ['images', 'stats'],
  ['images', 'config'],
  ['endpoints', 'list'],
  ['endpoints', 'add', 'https://shop.example/'],
  ['endpoints', 'get', 'webhook_a'],
  ['endpoints', 'edit', 'webhook_a', '--name', 'b'],
  ['endpoints', 'test', 'webhook_a'],
  ['endpoints', 'pause', 'webhook_a'],
  ['endpoints', 'rotate', 'webhook_a'],
  ['endpoints', 'remove', 'webhook_a', '--yes'],
  ['endpoints', 'replays', 'webhook_a'],
  ['endpoints', 'stats', 'webhook_a'],
  ['deliveries', 'list'],
  ['deliveries', 'show', 'dlv_a', '--full'],
  ['deliveries', 'replay', 'dlv_a'],
  ['deliveries', 'sign', 'dlv_a'],
  ['events', 'list'],
  ['events', 'types'],
  ['tokens', 'list'],
  ['tokens', 'create', '--name', 'b'],
  ['tokens', 'revoke', 'tok_a', '--yes'],
  ['tokens', 'batch'],
  ['variants', 'list'],
  ['variants', 'get', 'public'],
  ['variants', 'create', 'hero', '--width', '9'],
  ['variants', 'delete', 'hero', '--yes'],
  ['keys', 'list'],
  ['keys', 'create', 'second'],
  ['explain', 'dlv_a'],
  ['doctor', 'server'],
]

const escape = '\u001b'
/** What the command line itself tells a terminal: colours, and to clear the line of a progress bar. */
const own = new RegExp(String.raw`${escape}\[[\d;]*m|\r${escape}\[K`, 'g')
const plain = (text: string): string => text.replaceAll(own, '')

/** Whether a terminal would act on it; line ends and tabs are ours, too. */
const steers = (text: string): boolean => /[^\P{Cc}\n\t]|[\p{Cf}\p{Zl}\p{Zp}]/u.test(plain(text))

const withHostile = (value: unknown): unknown => {
  if (typeof value === 'string') return `${value}${hostile}`
  if (Array.isArray(value)) return value.map(withHostile)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [`${name}`, withHostile(each)]))
}

test.each([undefined, 80])('whatever a server says in its fields, at %s columns it is text', async (columns) => {
  const server = await startServer({ listen: true })
  const receiver = await testReceiver({ respond: () => answer(500, hostile, { 'x-hostile': 'a' }) })
  const { result: endpoint } = await server.call('POST', '/images/v1/webhooks', { url: receiver.url, name: 'shop' })
  const { bytes } = await sampleImage('drawing')
  const { result: image } = await server.upload(bytes, 'a.svg', { metadata: '{"a":"b"}', creator: 'ada' })
  await server.nextAttempt()
  const { result: deliveries } = await server.call('GET', '/images/v1/webhooks/deliveries')
  const { result: made } = await server.call('POST', '/tokens', { name: 'ci', permission: 'Images Read' })
  const names: Readonly<Record<string, string>> = {
    a: image.id,
    webhook_a: endpoint.id,
    dlv_a: deliveries.deliveries[0].id,
    tok_a: made.id,
  }
  /** The real server's answers, with something in every text. */
  const between = await testReceiver({
    respond: async ({ method, path, headers, body }) => {
      const response = await fetch(`${server.url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${testAccount.apiToken}`,
          ...(headers['content-type'] && { 'content-type': headers['content-type'] }),
        },
        ...(body.length > 0 && { body: new Uint8Array(body) }),
      })
      const envelope = await response.json()
      const changed = { ...envelope, result: withHostile(envelope.result), errors: withHostile(envelope.errors) }
      return answer(response.status, JSON.stringify(changed), { 'content-type': 'application/json' })
    },
  })
  const told: unknown[] = []
  for (const words of commands) {
    const given = words.map((word) => names[word] ?? word)
    const wish = { environment: environmentOf(between.url), ...(columns !== undefined && { columns }) }
    const { printed, said } = await runHere(given, wish)
    if (steers(printed) || steers(said) || said.includes('fault of Imagehooks'))
      told.push([words.join(' '), printed, said])
  }
  expect(told).toEqual([])
})

const json = (body: string): Reaction => answer(200, body, { 'content-type': 'application/json' })

const success = (result: string): Reaction => json(`{"success":true,"errors":[],"result":${result}}`)

const list = `[{"id":1,"name":{},"events":"x","attempts":null,"variants":{},"permission":[],"status":[null]}]`

describe('a server that is none of ours', () => {
  test.each([
    ['answers pages', answer(200, '<html>hello', { 'content-type': 'text/html' })],
    ['answers faults', answer(502, `<html>${hostile}`, { 'content-type': 'text/html' })],
    ['answers half of it', json('{"success":true,"result":{"images":[{"id":"a"')],
    ['answers nothing', answer(204)],
    ['answers null', success('null')],
    ['answers a list', success('[]')],
    ['answers a text', success('"text"')],
    [
      'answers other things',
      success(`{"images":{},"webhooks":5,"deliveries":"x","events":null,"tokens":{},"keys":1,"variants":[1]}`),
    ],
    [
      'answers things within things',
      success(
        `{"images":${list},"webhooks":${list},"deliveries":${list},"events":${list},"tokens":${list},"keys":${list},"variants":{"a":1},"event_types":${list}}`,
      ),
    ],
    [
      'refuses, and sends back what it was sent',
      answer(403, JSON.stringify({ success: false, errors: [{ code: 1, message: `${hostile} ${token}` }] })),
    ],
    ['ends the connection', hangUp()],
    ['leads elsewhere', redirect('http://127.0.0.1:1/')],
  ] as const)('that %s is told of in sentences', async (_, reaction) => {
    const server = await testReceiver({ respond: () => reaction })
    const told: unknown[] = []
    for (const words of commands) {
      const { code, printed, said } = await runHere(words, { environment: environmentOf(server.url), columns: 80 })
      const isBad = steers(printed + said) || said.includes('fault of Imagehooks') || (printed + said).includes(token)
      if (isBad || (code === 1) !== /error: /.test(plain(said)) || ![0, 1].includes(code))
        told.push([words.join(' '), code, printed, said])
    }
    expect(told).toEqual([])
  })

  test.each([
    ['an answer', endless(200)],
    ['a refusal', endless(500)],
  ])('and never ends %s is given up', async (_, reaction) => {
    const server = await testReceiver({ respond: () => reaction })
    const { code, said } = await runHere(['images', 'list'], { environment: environmentOf(server.url) })
    expect({ code, said }).toEqual({
      code: 1,
      said: expect.stringMatching(/^error: The server answered with more than \d+ bytes/),
    })
  })

  test('and is slow is waited for until Ctrl-C', async () => {
    const server = await testReceiver({ respond: () => () => {} })
    const environment = environmentOf(server.url)
    let interrupt: (signal: NodeJS.Signals) => void = () => {}
    const running = run(['images', 'list'], { environment, started: (kill) => (interrupt = kill) })
    await server.next()
    interrupt('SIGINT')
    expect((await running).code).toBe('SIGINT')
  })
})
