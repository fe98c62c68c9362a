import { createSigningSecret, signGuide, signStandard } from '@imagehooks/receiver/sign'
import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { newId } from '../../domain/id.ts'
import { systemRandom } from '../../domain/random.ts'
import { diagnose } from './diagnose.ts'
import type { Webhook } from './diagnosis.ts'
import { headerSource } from './recorded-headers.ts'

const now = Date.UTC(2026, 0, 15, 10, 30)
const seconds = String(now / 1000)
const secret = 'your_webhook_secret_key'
const whsec = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`
const id = newId('evt', now, systemRandom)

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

const event = {
  event: 'image.uploaded',
  timestamp: new Date(now).toISOString(),
  accountId: 'test',
  image: {
    id: 'profile_1',
    filename: 'größe.jpg',
    uploaded: new Date(now).toISOString(),
    requireSignedURLs: false,
    variants: ['https://example.com/a'],
    metadata: { score: 1, tags: ['a', { b: null }] },
  },
}
const body = utf8(JSON.stringify(event))

/** What a server sends that signs with this secret. */
const headersOf = (text: string, bytes = body): Record<string, string> => ({
  'x-cloudflare-signature': signGuide(createSigningSecret(text), bytes),
  'webhook-id': id,
  'webhook-timestamp': seconds,
  'webhook-signature': signStandard(createSigningSecret(text), id, Number(seconds), bytes),
})

type Case = Partial<Omit<Webhook, 'headers' | 'secrets'>> & {
  readonly headers?: Readonly<Record<string, string>>
  readonly secrets?: readonly string[]
}

const diagnosed = ({ headers = headersOf(secret), secrets = [secret], ...rest }: Case) =>
  diagnose({
    body,
    otherBodies: [],
    now,
    toleranceMs: 300_000,
    headerNames: Object.keys(headers),
    headers: headerSource(new Map(Object.entries(headers))),
    secrets: secrets.map((text, at) => ({ name: `secret ${at + 1}`, text })),
    ...rest,
  })

const causesOf = async (given: Case): Promise<string[]> => (await diagnosed(given)).causes.map(({ name }) => name)

/** The guide's header alone, with another value. */
const guideAlone = (change: (signature: string) => string, text = secret): Record<string, string> => ({
  'x-cloudflare-signature': change(headersOf(text)['x-cloudflare-signature'] ?? ''),
})

/** The headers of Standard Webhooks alone. */
const standardAlone = (change: (signature: string) => string, text = secret): Record<string, string> => {
  const { 'x-cloudflare-signature': _, ...rest } = headersOf(text)
  return { ...rest, 'webhook-signature': change(rest['webhook-signature'] ?? '') }
}

const base64OfHex = (hex: string): string => Buffer.from(hex, 'hex').toString('base64')
const hexOfStandard = (value: string): string => Buffer.from(value.slice(3), 'base64').toString('hex')

describe('a webhook that verifies', () => {
  test('is proved by Standard Webhooks, with its event and its time', async () => {
    expect(await diagnosed({})).toMatchObject({
      verified: true,
      secret: 'secret 1',
      proof: { scheme: 'standard', id, sentAt: now },
      schemes: [{ outcome: 'verified' }, { outcome: 'verified' }, { outcome: 'missing' }],
      causes: [],
      notes: [],
    })
  })

  test('by the guide’s header alone says that it has no time, and that others may refuse upper case', async () => {
    const { verified, notes } = await diagnosed({ headers: guideAlone((signature) => signature.toUpperCase()) })
    expect({ verified, notes: notes.map(({ name }) => name) }).toEqual({
      verified: true,
      notes: ['signature-case', 'no-time'],
    })
  })

  test('by another of the secrets says by which', async () => {
    const { verified, secret: by, notes } = await diagnosed({ secrets: ['new', 'x', secret] })
    expect({ verified, by, notes: notes.map(({ name }) => name) }).toEqual({
      verified: true,
      by: 'secret 3',
      notes: ['secret-other'],
    })
  })

  test('by Cloudflare’s own token is proved by it', async () => {
    expect(await diagnosed({ headers: { 'cf-webhook-auth': secret } })).toMatchObject({ proof: { scheme: 'token' } })
  })
})

describe('a body that is not what was signed', () => {
  const text = Buffer.from(body).toString()
  const rewritten: readonly (readonly [how: string, given: string, signed: string])[] = [
    ['indented by two', JSON.stringify(event, null, 2), text],
    ['indented by four, with a line end', `${JSON.stringify(event, null, 4)}\n`, text],
    ['indented by tabs', JSON.stringify(event, null, '\t'), text],
    ['made compact', text, JSON.stringify(event, null, 2)],
    ['made compact from four spaces and a line end', text, `${JSON.stringify(event, null, 4)}\n`],
    ['as Python writes it', '{"a": "\\u00f6", "b": [1, {"c": null}]}', '{"a":"ö","b":[1,{"c":null}]}'],
    ['that Python had signed', '{"a":"ö","b":[1,{"c":null}]}', '{"a": "\\u00f6", "b": [1, {"c": null}]}'],
  ]
  test.each(rewritten)('rewritten: %s', async (_how, given, signed) => {
    const headers = headersOf(secret, utf8(signed))
    expect(await causesOf({ body: utf8(given), headers })).toEqual(['body-rewritten'])
  })

  test('rewritten with its keys in another order', async () => {
    const { image, ...rest } = event
    const { id: imageId, ...fields } = image
    const given = utf8(JSON.stringify({ image: { ...fields, id: imageId }, ...rest }))
    const { causes } = await diagnosed({ body: given })
    expect(causes).toMatchObject([
      { name: 'body-rewritten', what: expect.stringContaining('in the order of the server') },
    ])
  })

  test.each([
    ['body-line-end', `${text}\n`, text],
    ['body-line-end', `${text}\r\n`, text],
    ['body-line-end', text, `${text}\n`],
    ['body-line-ends', 'a\r\nb', 'a\nb'],
    ['body-line-ends', 'a\nb', 'a\r\nb'],
    ['body-bom', `\ufeff${text}`, text],
    ['body-bom', text, `\ufeff${text}`],
    ['body-charset', Buffer.from(text).toString('latin1'), text],
    ['body-encoded-twice', JSON.stringify(text), text],
  ])('%s', async (cause, given, signed) => {
    expect(await causesOf({ body: utf8(given), headers: headersOf(secret, utf8(signed)) })).toEqual([cause])
  })

  test('of another delivery, by the body that fits', async () => {
    const other = utf8(text.replace('profile_1', 'profile_2'))
    const { causes } = await diagnosed({ body: other, otherBodies: [{ name: 'b.json', bytes: body }] })
    expect(causes).toMatchObject([{ name: 'other-delivery', what: expect.stringContaining('b.json') }])
  })

  test('of another delivery, by the time in the event’s id', async () => {
    const later = utf8(text.replaceAll(event.timestamp, new Date(now + 60_000).toISOString()))
    const { causes, likely } = await diagnosed({ body: later })
    expect({ causes, likely: likely.map(({ name }) => name) }).toEqual({
      causes: [],
      likely: ['other-delivery', 'unknown'],
    })
  })

  test('of another length than announced, empty, or the text of an object', async () => {
    const headers = { ...headersOf(secret), 'content-length': String(body.length) }
    const named = async (given: string) =>
      (await diagnosed({ body: utf8(given), headers })).likely.map(({ name }) => name)
    expect(await named('{}')).toEqual(['body-length', 'unknown'])
    expect(await named('')).toEqual(['body-lost', 'body-length', 'unknown'])
    expect(await named('[object Object]')).toEqual(['body-lost', 'body-length', 'unknown'])
  })
})

describe('a secret that is not what was used', () => {
  test.each([
    ['secret-blanks', ` ${secret}\n`, headersOf(secret)],
    ['secret-blanks', secret, headersOf(`${secret}\n`)],
    ['secret-quotes', `"${secret}"`, headersOf(secret)],
    ['secret-quotes', secret, headersOf(`"${secret}"`)],
    ['secret-name', `WEBHOOK_SECRET="${secret}"`, headersOf(secret)],
    ['secret-prefix', whsec.slice(6), headersOf(whsec)],
    ['secret-prefix', whsec, headersOf(whsec.slice(6))],
    [
      'secret-decoded',
      whsec,
      {
        'x-cloudflare-signature': createHmac('sha256', Buffer.from(whsec.slice(6), 'base64'))
          .update(body)
          .digest('hex'),
      },
    ],
    [
      'secret-text',
      whsec,
      {
        'webhook-id': id,
        'webhook-timestamp': seconds,
        'webhook-signature': `v1,${createHmac('sha256', whsec).update(`${id}.${seconds}.`).update(body).digest('base64')}`,
      },
    ],
  ])('%s (%#)', async (cause, given, headers) => {
    expect(await causesOf({ secrets: [given], headers })).toEqual([cause])
  })

  test('and another body at once: both are named', async () => {
    expect(await causesOf({ secrets: ['x', `${secret}\n`], body: utf8(JSON.stringify(event, null, 2)) })).toEqual([
      'secret-blanks',
      'body-rewritten',
    ])
    expect(await causesOf({ secrets: ['x', secret], body: utf8(JSON.stringify(event, null, 2)) })).toEqual([
      'secret-other',
      'body-rewritten',
    ])
  })
})

describe('a signature that is not written as it must be', () => {
  test.each([
    ['signature-base64', guideAlone(base64OfHex)],
    ['signature-prefix', guideAlone((signature) => `sha256=${signature}`)],
    ['signature-prefix', guideAlone((signature) => `"${signature}"`)],
    ['signature-list', guideAlone((signature) => `${signature}, ${signature}`)],
    ['signature-hex', standardAlone((value) => `v1,${hexOfStandard(value)}`)],
    ['signature-hex', standardAlone((value) => value.slice(3))],
    ['signature-hex', standardAlone((value) => value.replace('=', ''))],
    [
      'signature-scheme',
      {
        ...guideAlone(() => hexOfStandard(headersOf(secret)['webhook-signature'] ?? '')),
        'webhook-id': id,
        'webhook-timestamp': seconds,
      },
    ],
    ['signature-scheme', standardAlone(() => `v1,${base64OfHex(headersOf(secret)['x-cloudflare-signature'] ?? '')}`)],
    ['signature-cut', guideAlone((signature) => signature.slice(0, 40))],
    ['signature-cut', guideAlone((signature) => `${signature.slice(0, 8)}…`)],
    ['signature-cut', standardAlone((value) => `${value.slice(0, 11)}…`)],
    ['signed-headers', { ...headersOf(secret), 'webhook-id': 'evt_another' }],
    ['signed-headers', { ...headersOf(secret), 'webhook-timestamp': String(now / 1000 - 60) }],
    ['header-missing', { 'x-hub-signature-256': 'sha256=00' }],
  ])('%s (%#)', async (cause, headers) => {
    expect(await causesOf({ headers })).toEqual([cause])
  })

  test.each([
    ['time-unit', { ...standardAlone((value) => value), 'webhook-timestamp': String(now) }],
    ['signature-form', guideAlone(() => 'test_signature')],
    ['signature-cut', guideAlone((signature) => signature.slice(20))],
  ])('%s, as far as it can be told', async (likely, headers) => {
    expect((await diagnosed({ headers })).likely.map(({ name }) => name)).toContain(likely)
  })
})

test('too long ago is told, and not judged where that is wished', async () => {
  expect(await causesOf({ now: now + 3_600_000 })).toEqual(['time'])
  expect(await causesOf({ now: now - 3_600_000 })).toEqual(['time'])
  expect(await diagnosed({ now: now + 3_600_000, toleranceMs: Infinity })).toMatchObject({ verified: true })
})

test('no sentence quotes a secret, a signature or the body', async () => {
  const made = JSON.stringify([
    await diagnosed({ secrets: [`${secret} `] }),
    await diagnosed({ secrets: ['not-it'], body: utf8('{}') }),
    await diagnosed({ headers: guideAlone((signature) => signature.slice(0, 40)) }),
  ])
  for (const text of [secret, 'not-it', headersOf(secret)['x-cloudflare-signature']?.slice(0, 16) ?? '', 'profile_1'])
    expect(made).not.toContain(text)
})

test('hostile bodies end soon: deep, long, and of no UTF-8', async () => {
  for (const given of [`${'['.repeat(100_000)}`, `[${'0,'.repeat(400_000)}0]`, '\ufffd'])
    expect((await diagnosed({ body: utf8(given) })).causes).toEqual([])
  expect((await diagnosed({ body: new Uint8Array([0xff, 0xfe]) })).causes).toEqual([])
})
