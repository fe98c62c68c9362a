import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startExampleWorker } from '../../../../scripts/example-worker.ts'
import { runHere } from '../../../../test/ground/command-here.ts'
import { answer } from '../../../../test/ground/reactions.ts'
import { testReceiver } from '../../../../test/ground/receiver.ts'
import { temporaryFolder } from '../../../../test/ground/temporary.ts'

const secret = 'your_webhook_secret_key'
/** Whatever whoever runs the tests has set. */
const without = { IMAGEHOOKS_WEBHOOK_SECRET: '' }

test('the example Worker passes on the real runtime', async () => {
  const worker = await startExampleWorker(secret)
  onTestFinished(() => worker.stop())
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'secret.txt'), `${secret}\n`)
  const words = ['doctor', `${worker.url}/webhooks`, '--secret-file', join(folder, 'secret.txt')]
  const { code, printed, said } = await runHere(words)
  expect(said).toBe('')
  // How fast the machine is that runs the test says nothing about the Worker.
  expect(
    printed.split('\n').filter((line) => line !== '' && !/^(ok|warning\tanswer-time|not made\tclock)\t/.test(line)),
  ).toEqual([])
  expect(code).toBe(0)
})

test('what is wrong is told in lines and as JSON, with the exit code', async () => {
  const receiver = await testReceiver({ respond: () => answer(200) })
  const environment = { IMAGEHOOKS_WEBHOOK_SECRET: secret }
  const lines = await runHere(['doctor', receiver.url], { environment })
  expect(lines).toMatchObject({ code: 1, said: '' })
  expect(lines.printed).toMatch(/^failure\tunsigned\t[^\t]+answered 200\t[^\t]+\t[^\t]+$/m)
  expect(lines.printed).toMatch(/^not made\tforged\t[^\t]+$/m)
  const { code, printed } = await runHere(['doctor', receiver.url, '--json'], { environment })
  const report = JSON.parse(printed)
  expect(code).toBe(1)
  expect(report).toMatchObject({ subject: `Receiver ${receiver.url}/`, summary: { failures: 1 } })
  expect(report.findings).toContainEqual({
    check: 'unsigned',
    severity: 'failure',
    subject: null,
    what: expect.any(String),
    why: expect.any(String),
    fix: expect.any(String),
  })
  expect(
    receiver.received.filter(({ method, headers }) => method === 'POST' && headers['webhook-test'] !== 'true'),
  ).toEqual([])
})

test('warnings alone are exit code 0, and 2 where they shall count', async () => {
  const receiver = await testReceiver({ respond: () => answer(401) })
  expect(await runHere(['doctor', receiver.url], { environment: without })).toMatchObject({ code: 0 })
  expect(await runHere(['doctor', receiver.url, '--strict'], { environment: without })).toMatchObject({ code: 2 })
})

test.each([
  [['not-a-url'], /The URL must be a complete URL/],
  [['http://127.0.0.1:1', '--timeout', 'soon'], /--timeout must be a duration/],
  [
    ['http://127.0.0.1:1', '--secret-file', '/nowhere/missing.txt'],
    /missing\.txt cannot be read: there is no such file/,
  ],
  [[], /missing required argument 'url'|<url>/],
])('doctor %j says what is missing', async (words, sentence) => {
  const { code, said } = await runHere(['doctor', ...words])
  expect({ code, said }).toEqual({ code: 1, said: expect.stringMatching(sentence) })
})
