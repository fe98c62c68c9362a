import { execFileSync } from 'node:child_process'
import { expect, onTestFinished, test } from 'vitest'
import { startExampleWorker } from '../../../scripts/example-worker.ts'
import { run } from '../../../test/ground/command.ts'
import { answer } from '../../../test/ground/reactions.ts'
import { testReceiver } from '../../../test/ground/receiver.ts'
import { readTriggerOptions } from './trigger-options.ts'

const secret = 'your_webhook_secret_key'
const environment = { IMAGEHOOKS_WEBHOOK_SECRET: secret }

test('the example Worker refuses each forged delivery and handles each genuine one once', async () => {
  const worker = await startExampleWorker(secret)
  onTestFinished(() => worker.stop())
  const trigger = (...words: string[]) =>
    run(['trigger', 'image.uploaded', '--to', `${worker.url}/webhooks`, ...words], { environment })
  for (const scheme of [[], ['--guide-only']]) {
    for (const tampering of ['body', 'signature', 'time', 'secret']) {
      const { code, printed, said } = await trigger('--tamper', tampering, '--json', ...scheme)
      expect({ code, said }).toEqual({ code: 0, said: '' })
      expect(JSON.parse(printed)).toMatchObject({ tamper: tampering, status: expect.any(Number), expected: true })
    }
  }
  expect(await worker.d1('select * from uploaded_image')).toEqual([])
  const genuine = await trigger('--count', '5', '--duplicate', '1', '--out-of-order')
  expect(genuine).toMatchObject({ code: 0, said: '' })
  expect(genuine.printed.match(/← 200/g)).toHaveLength(10)
  expect(await worker.d1('select * from uploaded_image')).toHaveLength(5)
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
