import { createSigningSecret, signGuide, signStandard } from '@imagehooks/receiver/sign'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { run } from '../../../test/ground/command.ts'
import { runHere } from '../../../test/ground/command-here.ts'
import { temporaryFolder } from '../../../test/ground/temporary.ts'

const secret = 'your_webhook_secret_key'
const environment = { IMAGEHOOKS_WEBHOOK_SECRET: secret }
/** Whatever whoever runs the tests has set. */
const without = { IMAGEHOOKS_WEBHOOK_SECRET: '' }
const body = Buffer.from('{"event":"image.uploaded"}')
const seconds = Math.floor(Date.now() / 1000)
const signing = createSigningSecret(secret)
const guide = signGuide(signing, body)
const headers: readonly (readonly [string, string])[] = [
  ['X-Cloudflare-Signature', guide],
  ['Webhook-Id', 'evt_1'],
  ['Webhook-Timestamp', String(seconds)],
  ['Webhook-Signature', signStandard(signing, 'evt_1', seconds, body)],
]
const lines = (before: string, end: string): string =>
  headers.map(([name, value]) => `${before}${name}: ${value}${end}`).join('')

const folderOf = (files: Readonly<Record<string, string | Uint8Array>>): string => {
  const folder = temporaryFolder()
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
  return folder
}

test.each([
  ['as curl -D writes them', `HTTP/1.1 200 OK\r\n${lines('', '\r\n')}\r\n`],
  [
    'as curl -v writes them',
    `* Connected\n> POST /webhooks HTTP/1.1\n${lines('> ', '\r\n')}>\n< HTTP/1.1 401\n< webhook-id: evt_2\n`,
  ],
  ['as a program logs an object', JSON.stringify(Object.fromEntries(headers))],
  ['as a program logs pairs', JSON.stringify(headers)],
])('headers are read %s', async (_how, text) => {
  const folder = folderOf({ 'body.json': body, 'headers.txt': text })
  const words = ['verify', join(folder, 'body.json'), '--headers', join(folder, 'headers.txt')]
  const { code, printed, said } = await runHere(words, { environment })
  expect({ code, said }).toEqual({ code: 0, said: '' })
  expect(printed).toMatch(/^✓ The signature verifies, with the secret in IMAGEHOOKS_WEBHOOK_SECRET\.\n/)
})

test('a recorded request brings its body, and the standard input another', async () => {
  const folder = folderOf({ 'request.txt': `POST /webhooks HTTP/1.1\r\n${lines('', '\r\n')}\r\n${body.toString()}` })
  const words = ['verify', '--headers', join(folder, 'request.txt')]
  expect(await runHere(words, { environment })).toMatchObject({ code: 0 })
  const { code, printed } = await run([...words, '-', '--json'], { environment, input: `${body.toString()}\n` })
  expect(code).toBe(1)
  expect(JSON.parse(printed)).toMatchObject({ verified: false, causes: [{ name: 'body-line-end' }] })
})

test('secrets come from files, less one line end; which one matched is told', async () => {
  const folder = folderOf({
    'body.json': body,
    'new.txt': 'another\n',
    'old.txt': `${secret}\n`,
    'bad.txt': `${secret}\n\n`,
  })
  const at = (name: string): string => join(folder, name)
  const words = ['verify', at('body.json'), '--signature', guide]
  const { code, printed } = await runHere([...words, '--secret-file', at('new.txt'), '--secret-file', at('old.txt')])
  expect({ code, printed }).toEqual({
    code: 0,
    printed: expect.stringContaining(`with the secret in ${at('old.txt')}`),
  })
  const bad = await runHere([...words, '--secret-file', at('bad.txt')])
  expect(bad).toMatchObject({ code: 1, printed: expect.stringContaining('(secret-blanks)') })
  expect(bad.printed).not.toContain(secret)
})

test.each([
  [['body.json', '--signature', guide], without, /IMAGEHOOKS_WEBHOOK_SECRET, --secret-file or --vars/],
  [['body.json'], environment, /--headers, --header or --signature/],
  [['missing.json', '--signature', guide], environment, /missing\.json cannot be read: there is no such file/],
  [['large.json', '--signature', guide], environment, /large\.json holds more than 1048576 bytes/],
  [['body.json', '--header', 'x'], environment, /--header must be written as/],
  [['body.json', '--secret-file', 'empty.txt'], without, /empty\.txt holds no secret/],
])('verify %# says what is missing', async (words, given, sentence) => {
  const folder = folderOf({ 'body.json': body, 'large.json': Buffer.alloc(1_048_577), 'empty.txt': '\n' })
  const placed = words.map((word) => (/^\w+\.(json|txt)$/.test(word) ? join(folder, word) : word))
  const { code, said } = await runHere(['verify', ...placed], { environment: given })
  expect({ code, said }).toEqual({ code: 1, said: expect.stringMatching(sentence) })
  expect(said.trim()).not.toContain('\n')
})
