import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sampleImage } from '../../../scripts/sample-images.ts'
import { run, startCommand } from '../../../test/ground/command.ts'
import { fakeClock } from '../../../test/ground/fake-clock.ts'
import { answer } from '../../../test/ground/reactions.ts'
import { testReceiver } from '../../../test/ground/receiver.ts'
import { startServer, testAccount, type TestServer } from '../../../test/ground/server.ts'
import { temporaryFolder } from '../../../test/ground/temporary.ts'
import { systemClock } from '../../domain/clock.ts'

const environmentOf = ({ url }: { readonly url: string }, stateFolder = temporaryFolder()) => ({
  IMAGEHOOKS_URL: url,
  IMAGEHOOKS_ACCOUNT_ID: testAccount.accountId,
  IMAGEHOOKS_API_TOKEN: testAccount.apiToken,
  IMAGEHOOKS_STATE_DIR: stateFolder,
})

const begin = async (wish: Parameters<typeof startServer>[0] = {}) => {
  const server = await startServer({ listen: true, ...wish })
  const local = await testReceiver()
  const environment = environmentOf(server)
  /** Starts a listener and waits until it follows the feed. */
  const listen = async (...words: string[]) => {
    const command = startCommand(['listen', ...words], { environment })
    await command.shows(/connected/)
    return command
  }
  return { server, local, environment, listen }
}

const upload = async (server: TestServer, filename: string): Promise<string> =>
  (await server.upload((await sampleImage('drawing')).bytes, filename)).result.id

test('Ctrl-C ends it in order, with success, and what it printed holds no token', async () => {
  const { server, local, listen } = await begin()
  const listener = await listen('--forward-to', local.url)
  const id = await upload(server, 'a.svg')
  await local.next()
  await listener.shows(new RegExp(`image\\.uploaded  ${id}  ← 200  \\d+ ms\n$`))
  listener.signal('SIGINT')
  expect(await listener.ended).toBe(0)
  expect(listener.printed()).toMatch(/^Signed with this secret, .*: whsec_[^\n]+\nForwarding events of http/)
  expect(listener.printed() + listener.said()).not.toContain(testAccount.apiToken)
})

test('a server that is restarted under it is found again, and nothing is missed', async () => {
  const dataFolder = temporaryFolder()
  const { server, local, listen } = await begin({ dataFolder })
  const listener = await listen('--forward-to', local.url)
  const ids = [await upload(server, 'before.svg')]
  await local.next()
  await server.stop()
  await listener.shows(/Trying again/)
  const again = await startServer({ dataFolder, listen: true, config: { port: Number(new URL(server.url).port) } })
  ids.push(await upload(again, 'after.svg'))
  await local.next()
  expect(local.received.map(({ text }) => JSON.parse(text()).image.id)).toEqual(ids)
  await listener.shows(/connected[^]*connected[^]*← 200/)
  listener.signal('SIGINT')
  expect(await listener.ended).toBe(0)
})

test('a second listener of the same place is refused, until the first is gone, however it went', async () => {
  const { local, environment, listen } = await begin()
  const first = await listen('--forward-to', local.url)
  const second = await run(['listen', '--forward-to', local.url], { environment })
  expect(second).toMatchObject({ code: 1, said: expect.stringMatching(/^error: Another listener forwards .*\n$/) })
  const elsewhere = await listen('--forward-to', `${local.url}/other`)
  elsewhere.signal('SIGTERM')
  expect(await elsewhere.ended).toBe(0)
  first.signal('SIGKILL')
  await first.ended
  const third = await listen('--forward-to', local.url)
  third.signal('SIGINT')
  expect(await third.ended).toBe(0)
})

test('a refusal is shown with what the receiver said, as text that cannot steer a terminal', async () => {
  const { server, local, listen } = await begin()
  local.respondWith(answer(401, 'Wrong\u001b[2J\nsecret\u202e'))
  const listener = await listen('--forward-to', local.url)
  const json = await listen('--forward-to', local.url, '--json', '--route', `image.deleted=${local.url}`)
  await upload(server, 'a.svg')
  await listener.shows(/← 401 .*\n {10}↳ Wrong \[2J secret\n$/)
  await json.shows(/"status":401.*\n/)
  const lines = json
    .printed()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines.map(({ type }) => type)).toEqual(['ready', 'connected', 'forwarded'])
  expect(lines[2]).toMatchObject({
    event: 'image.uploaded',
    url: `${local.url}/`,
    answer: 'Wrong\u001b[2J\nsecret\u202e',
  })
  for (const each of [listener, json]) each.signal('SIGINT')
  expect(await Promise.all([listener.ended, json.ended])).toEqual([0, 0])
})

test('each type goes where the map says, and what is in no map nowhere', async () => {
  const { server, local, listen } = await begin()
  const other = await testReceiver()
  const both = await listen('--forward-to', local.url, '--route', `image.deleted,image.updated=${other.url}/gone`)
  const one = await listen('--route', `image.deleted=${other.url}/only`)
  const id = await upload(server, 'a.svg')
  await server.call('DELETE', `/images/v1/${id}`)
  expect(JSON.parse((await local.next()).text())).toMatchObject({ event: 'image.uploaded' })
  const paths = [await other.next(), await other.next()].map(({ path, text }) => [path, JSON.parse(text()).event])
  expect(paths.toSorted()).toEqual([
    ['/gone', 'image.deleted'],
    ['/only', 'image.deleted'],
  ])
  for (const each of [both, one]) each.signal('SIGINT')
  await Promise.all([both.ended, one.ended])
  expect([local.received.length, other.received.length]).toEqual([1, 2])
})

test('it goes back as far as it is told, and one event is forwarded again by its id', async () => {
  const clock = { ...fakeClock(Date.now() - 7_200_000), after: systemClock.after, monotonic: systemClock.monotonic }
  const { server, local, environment, listen } = await begin({ parts: { clock } })
  for (let count = 0; count < 5; count++) await upload(server, `old-${count}.svg`)
  clock.setNow(Date.now() - 60_000)
  for (let count = 0; count < 5; count++) await upload(server, `new-${count}.svg`)
  const listener = await listen('--forward-to', local.url, '--since', '1h')
  const names: string[] = []
  while (names.length < 5) names.push(JSON.parse((await local.next()).text()).image.filename)
  expect(names).toEqual(['new-0.svg', 'new-1.svg', 'new-2.svg', 'new-3.svg', 'new-4.svg'])
  listener.signal('SIGINT')
  await listener.ended

  const { result } = await server.call('GET', '/images/v1/webhooks/events')
  for (const at of [0, 4, 9]) {
    const { id, body } = result.events[at]
    const again = await run(['listen', '--forward-to', local.url, '--replay', id], { environment })
    expect(again).toMatchObject({ code: 0, printed: expect.stringContaining('← 200'), said: '' })
    const received = await local.next()
    expect([received.headers['webhook-id'], received.text()]).toEqual([id, body])
  }
  local.respondWith(answer(500))
  const words = ['listen', '--forward-to', local.url, '--replay']
  expect(await run([...words, result.events[0].id], { environment })).toMatchObject({ code: 1, said: '' })
  const missing = await run([...words, `${result.events[0].id.slice(0, -1)}_`.replace(/.$/, '0')], { environment })
  expect(missing).toMatchObject({ code: 1, said: expect.stringMatching(/is not in the feed of this account/) })
  expect(await run([...words, 'evt_x'], { environment })).toMatchObject({
    code: 1,
    said: expect.stringContaining('not the id'),
  })
})

test('the secret is taken from a file of variables, and written where there is none', async () => {
  const { server, local, environment, listen } = await begin()
  const folder = temporaryFolder()
  const [vars, empty, fresh] = ['vars', 'empty', 'fresh'].map((name) => join(folder, name)) as [string, string, string]
  writeFileSync(vars, '# mine\nWEBHOOK_SECRET="known to the Worker"\nOTHER=1\n')
  writeFileSync(empty, 'OTHER=$1 $& x\nexport IMAGE_SECRET=\nLAST=2')
  const print = (...words: string[]) =>
    run(['listen', '--forward-to', local.url, '--print-secret', ...words], { environment })
  expect((await print('--vars', vars)).printed).toBe('known to the Worker\n')

  const listener = await listen('--forward-to', local.url, '--vars', empty, '--vars-name', 'IMAGE_SECRET')
  expect(listener.printed()).toContain(`Signed with IMAGE_SECRET in ${empty}, which was made and written there.`)
  expect(listener.printed()).not.toContain('whsec_')
  listener.signal('SIGINT')
  await listener.ended
  const { printed: secret } = await print()
  expect(readFileSync(empty, 'utf8')).toBe(`OTHER=$1 $& x\nIMAGE_SECRET="${secret.trim()}"\nLAST=2`)

  const again = await listen('--forward-to', local.url, '--vars', fresh)
  expect(readFileSync(fresh, 'utf8')).toBe(`WEBHOOK_SECRET="${secret.trim()}"\n`)
  expect(statSync(fresh).mode & 0o777).toBe(0o600)
  await upload(server, 'a.svg')
  await local.next()
  again.signal('SIGINT')
  await again.ended
  // What signs here is what a made-up event for the same place is signed with.
  const trigger = await run(['trigger', 'image.uploaded', '--to', local.url, '--print-curl'], { environment })
  expect(trigger).toMatchObject({ code: 0, said: '' })
  const named = await run(['trigger', 'image.uploaded', '--to', '1', '--vars', empty], { environment })
  expect(named).toMatchObject({ code: 1, said: `error: There is no WEBHOOK_SECRET in ${empty}.\n` })
})

test.each([
  ['{', /damaged; remove it/],
  ['{"secret":"","cursor":"1"}', /damaged; remove it/],
  ['{"secret":"x","cursor":1}', /damaged; remove it/],
])('a state file that holds %j is told, not replaced', async (text, sentence) => {
  const environment = environmentOf({ url: 'http://127.0.0.1:1' })
  const words = ['listen', '--forward-to', 'http://127.0.0.1:1/', '--print-secret']
  await run(words, { environment })
  const folder = join(environment.IMAGEHOOKS_STATE_DIR, 'listen')
  const [name = ''] = readdirSync(folder)
  writeFileSync(join(folder, name), text)
  expect(await run(words, { environment })).toMatchObject({ code: 1, said: expect.stringMatching(sentence) })
  expect(readFileSync(join(folder, name), 'utf8')).toBe(text)
})

test('a state folder that cannot be is told with the setting that names another', async () => {
  const file = join(temporaryFolder(), 'file')
  writeFileSync(file, '')
  const environment = environmentOf({ url: 'http://127.0.0.1:1' }, file)
  const { code, said } = await run(['listen', '--forward-to', '8787'], { environment })
  expect({ code, said }).toEqual({ code: 1, said: expect.stringMatching(/^error: .*IMAGEHOOKS_STATE_DIR\.\n$/) })
})
