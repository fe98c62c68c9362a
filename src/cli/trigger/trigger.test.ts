import { execFileSync } from 'node:child_process'
import { expect, onTestFinished, test } from 'vitest'
import { run, startCommand } from '../../../test/ground/command.ts'
import { answer } from '../../../test/ground/reactions.ts'
import { testReceiver } from '../../../test/ground/receiver.ts'
import { readTriggerOptions } from './trigger-options.ts'

const secret = 'your_webhook_secret_key'
const environment = { IMAGEHOOKS_WEBHOOK_SECRET: secret }

test('events are as many, as often and in the order that is asked for, each an image of its own', async () => {
  const open = await testReceiver()
  const words = ['--count', '4', '--duplicate', '1', '--out-of-order']
  const { printed } = await run(['trigger', 'image.uploaded', '--to', open.url, ...words], { environment })
  const bodies = open.received.map(({ text }) => JSON.parse(text()))
  const times = bodies.map(({ timestamp }) => timestamp)
  expect(times).toEqual(times.toSorted().toReversed())
  expect(new Set(times).size).toBe(4)
  expect(new Set(bodies.map(({ image }) => image.id)).size).toBe(4)
  expect(open.received.map(({ headers }) => headers['webhook-attempt'])).toEqual([
    '1',
    '2',
    '1',
    '2',
    '1',
    '2',
    '1',
    '2',
  ])
  expect(printed).toMatch(/\n8 sent: 8 × 200; half within \d+ ms, all within \d+ ms\n$/)
})

test('Ctrl-C sends no more, lets what is under way be the last, and ends with 130; once more ends it at once', async () => {
  const held: (() => void)[] = []
  const open = await testReceiver({
    respond: (_, at) => (at < 3 ? answer(200) : new Promise((resolve) => held.push(() => resolve(answer(200))))),
  })
  const begin = async () => {
    const words = ['trigger', 'image.uploaded', '--to', open.url, '--count', '1000', '--concurrency', '2']
    const command = startCommand(words, { environment })
    await expect.poll(() => held.length, { timeout: 30_000 }).toBe(2)
    command.signal('SIGINT')
    return command
  }
  const first = await begin()
  // It is told twice only after it has heard the first.
  const patience = setInterval(() => held.splice(0).forEach((release) => release()), 100)
  onTestFinished(() => clearInterval(patience))
  expect(await first.ended).toBe(130)
  clearInterval(patience)
  expect(first.printed()).toMatch(new RegExp(`\n${open.received.length} sent: `))
  const second = await begin()
  const again = setInterval(() => second.signal('SIGINT'), 300)
  onTestFinished(() => clearInterval(again))
  expect(await second.ended).toBe(130)
  expect(second.printed()).not.toContain('sent:')
})

test('a receiver that takes what was forged, or refuses what is genuine, is told by the exit code', async () => {
  const open = await testReceiver()
  const trigger = (...words: string[]) => run(['trigger', 'image.updated', '--to', open.url, ...words], { environment })
  const taken = await trigger('--tamper', 'body')
  expect(taken).toMatchObject({
    code: 1,
    said: '1 of 1 deliveries were not refused with a 4xx, as every forged delivery must be.\n',
  })
  open.respondWith(answer(500))
  expect(await trigger('--count', '2', '--concurrency', '2')).toMatchObject({
    code: 1,
    said: expect.stringMatching(/^2 of 2/),
  })
})

test('fields are changed as text or JSON, and those that were not there are added', async () => {
  const open = await testReceiver()
  const words = ['--set', 'image.id=7', '--set', 'image.requireSignedURLs:=true', '--set', 'image.metadata.a.b=c=d']
  await run(['trigger', 'image.uploaded', '--to', open.url, ...words], { environment })
  const { image } = JSON.parse((await open.next()).text())
  expect(image).toMatchObject({ id: '7', requireSignedURLs: true, metadata: { userId: 'test_user', a: { b: 'c=d' } } })
  expect(Object.keys(image).slice(0, 2)).toEqual(['id', 'filename'])
})

test('the printed command sends the very same', async () => {
  const open = await testReceiver()
  const words = ['--to', open.url, '--set', "image.filename=it's $HOME `x`.png", '--print-curl']
  const { printed } = await run(['trigger', 'image.uploaded', ...words], { environment })
  expect(open.received).toHaveLength(0)
  const shown = execFileSync('sh', ['-c', `curl() { printf '%s\\n' "$@"; }\n${printed}`], { encoding: 'utf8' })
  expect(shown).toContain('"filename":"it\'s $HOME `x`.png"')
  expect(shown).toMatch(/^webhook-signature: v1,[\w+/]{43}=$/m)
})

test.each([
  ['image.eaten', {}, /image\.eaten.*image\.uploaded/],
  ['image.uploaded', { tamper: 'x' }, /--tamper must be/],
  ['image.uploaded', { tamper: 'body,x' }, /--tamper must be/],
  ['image.uploaded', { count: '0' }, /--count must be a whole number from 1/],
  ['image.uploaded', { concurrency: '257' }, /--concurrency must be a whole number from 1 to 256/],
  ['image.uploaded', { duplicate: '-1' }, /--duplicate must be/],
  ['image.uploaded', { set: ['x'] }, /--set must be/],
  ['image.uploaded', { set: ['a:={'] }, /--set with := takes JSON/],
  ['image.uploaded', { to: 'nowhere' }, /--to must be a complete URL/],
])('trigger %s with %j is refused with what to do', (type, flags, sentence) => {
  const options = { to: '8787', count: '1', concurrency: '1', duplicate: '0', ...flags }
  expect(() => readTriggerOptions(type, options)).toThrow(sentence)
})

test('without a secret it says where one is given', async () => {
  expect(await run(['trigger', 'image.uploaded'])).toMatchObject({
    code: 1,
    said: expect.stringMatching(/IMAGEHOOKS_WEBHOOK_SECRET/),
  })
})
