import * as fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { cores } from '../test/cores.ts'
import { utf8 } from './crypto/text.ts'
import { guideScheme } from './schemes/guide.ts'
import { standardScheme } from './schemes/standard.ts'
import { makeVerifier } from './schemes/verifier.ts'
import { createSigningSecret, signGuide, signStandard } from './sign.ts'

const now = 1_768_473_045_000
const seconds = now / 1000

describe('signing', () => {
  test('is lower-case hex for the guide, as in the example of GitHub', () => {
    const secret = createSigningSecret("It's a Secret to Everybody")
    const expected = '757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17'
    expect(signGuide(secret, utf8('Hello, World!'))).toBe(expected)
  })

  test('agrees with the fixed vector of Standard Webhooks', () => {
    const secret = createSigningSecret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')
    const signature = signStandard(secret, 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1614265330, utf8('{"test": 2432232314}'))
    expect(signature).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
  })

  test('for Standard Webhooks is believed by its own library', () => {
    const text = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`
    const sentAt = Math.floor(Date.now() / 1000)
    const signature = signStandard(createSigningSecret(text), 'evt_1', sentAt, utf8('{"a":"ü$&"}'))
    const headers = { 'webhook-id': 'evt_1', 'webhook-timestamp': String(sentAt), 'webhook-signature': signature }
    expect(new Webhook(text).verify('{"a":"ü$&"}', headers)).toEqual({ a: 'ü$&' })
  })

  test.each(['', ' ', 'x'.repeat(257)])('refuses the secret %j', (text) => {
    expect(() => createSigningSecret(text)).toThrow(TypeError)
  })

  test.each([
    ['', seconds],
    ['a.b', seconds],
    ['evt_1', Number.NaN],
    ['evt_1', 1.5],
    ['evt_1', -1],
  ])('refuses the id %j with the time %d, which no receiver believes', (id, time) => {
    expect(() => signStandard(createSigningSecret('secret'), id, time, utf8('{}'))).toThrow(TypeError)
  })
})

describe.each(cores)('what is signed, read by %s', (_name, { prepareMacCheck }) => {
  test('is believed for any secret and any bytes, and not with one bit changed', async () => {
    const text = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 60 })
      .filter((one) => one.trim() !== '' && !/\p{Cc}|^(undefined|null)$/u.test(one))
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 400 })
    await fc.assert(
      fc.asyncProperty(text, bytes, fc.nat(), async (secretText, bodyBytes, place) => {
        const body = Uint8Array.from(bodyBytes)
        const bit = place % (body.length * 8)
        const flipped = body.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))
        const secret = createSigningSecret(secretText)
        const verify = makeVerifier(prepareMacCheck, secretText, [standardScheme, guideScheme], {
          attemptToleranceMs: 0,
          now: () => now,
        })
        const guide = new Headers({ 'x-cloudflare-signature': signGuide(secret, body) })
        const standard = new Headers({
          'webhook-id': 'evt_1',
          'webhook-timestamp': String(seconds),
          'webhook-signature': signStandard(secret, 'evt_1', seconds, body),
        })
        for (const headers of [guide, standard]) {
          expect(await verify(headers, body)).toMatchObject({ ok: true })
          expect(await verify(headers, flipped)).toEqual({ ok: false, reason: 'mismatch' })
        }
      }),
    )
  })
})
