import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { cores } from '../../test/cores.ts'
import { utf8 } from '../crypto/text.ts'
import { createSigningSecret, signGuide, signStandard } from '../sign.ts'
import { guideScheme } from './guide.ts'
import type { Secrets } from './secrets.ts'
import { standardScheme } from './standard.ts'
import { tokenScheme } from './token.ts'
import { makeVerifier } from './verifier.ts'

const now = Date.UTC(2026, 0, 15, 10, 30, 45, 500)
const seconds = Math.floor(now / 1000)
const secret = 'your_webhook_secret_key'
const body = utf8('{"event":"image.uploaded"}')
const schemes = [standardScheme, guideScheme, tokenScheme]

const guide = (text = secret) => ({ 'x-cloudflare-signature': signGuide(createSigningSecret(text), body) })
const standard = (text = secret, at = seconds, id = 'evt_1') => ({
  'webhook-id': id,
  'webhook-timestamp': String(at),
  'webhook-signature': signStandard(createSigningSecret(text), id, at, body),
})

describe.each(cores)('verifying by %s', (_name, { computeMac, prepareMacCheck }) => {
  const verifier = (secrets: Secrets = secret, at = now) =>
    makeVerifier(prepareMacCheck, secrets, schemes, { attemptToleranceMs: 300_000, now: () => at })
  const verify = (headers: Record<string, string>, secrets?: Secrets, at?: number) =>
    verifier(secrets, at)(new Headers(headers), body)
  const whsec = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

  test("believes the guide's header, and cannot say when it was sent", async () => {
    const proof = { scheme: 'guide', secretIndex: 0, id: undefined, sentAt: undefined }
    expect(await verify(guide())).toEqual({ ok: true, proof })
  })

  test('believes Standard Webhooks, with its id and its time', async () => {
    const proof = { scheme: 'standard', secretIndex: 0, id: 'evt_1', sentAt: seconds * 1000 }
    expect(await verify(standard())).toEqual({ ok: true, proof })
  })

  test("believes Cloudflare's token", async () => {
    const proof = { scheme: 'token', secretIndex: 0, id: undefined, sentAt: undefined }
    expect(await verify({ 'cf-webhook-auth': secret })).toEqual({ ok: true, proof })
    for (const wrong of ['', secret.slice(1), `${secret}x`, secret.toUpperCase()]) {
      expect(await verify({ 'cf-webhook-auth': wrong })).toEqual({ ok: false, reason: 'mismatch' })
    }
    expect(await verify({ 'cf-webhook-auth': 'x'.repeat(1_000_000) })).toEqual({ ok: false, reason: 'malformed' })
  })

  test('compares a token as bytes: UTF-8 in a header arrives as Latin-1', async () => {
    const token = Buffer.from('schlüssel', 'utf8').toString('latin1')
    expect(await verify({ 'cf-webhook-auth': token }, 'schlüssel')).toMatchObject({ ok: true })
  })

  test('agrees with the fixed vector of Standard Webhooks', async () => {
    const headers = new Headers({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    })
    const outcome = await verifier(whsec, 1614265330_000)(headers, utf8('{"test": 2432232314}'))
    expect(outcome).toMatchObject({ ok: true, proof: { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek' } })
  })

  test('believes what the library of Standard Webhooks signs', async () => {
    const signature = new Webhook(whsec).sign('msg_1', new Date(now), Buffer.from(body).toString())
    expect(await verify({ ...standard(), 'webhook-id': 'msg_1', 'webhook-signature': signature }, whsec)).toMatchObject(
      {
        ok: true,
      },
    )
  })

  test('tries every secret and says which one matched', async () => {
    const secrets = ['new', 'old', 'older', 'oldest']
    for (const [secretIndex, text] of secrets.entries()) {
      expect(await verify(guide(text), secrets)).toMatchObject({ ok: true, proof: { secretIndex } })
      expect(await verify(standard(text), secrets)).toMatchObject({ ok: true, proof: { secretIndex } })
      expect(await verify({ 'cf-webhook-auth': text }, secrets)).toMatchObject({ ok: true, proof: { secretIndex } })
    }
    expect(await verify(guide('other'), secrets)).toEqual({ ok: false, reason: 'mismatch' })
  })

  test("signs the guide's header with the text of a whsec_ secret, and Standard Webhooks with its bytes", async () => {
    expect(await verify(guide(whsec), whsec)).toMatchObject({ ok: true })
    expect(await verify(standard(whsec), whsec)).toMatchObject({ ok: true })
    const beyondAscii = `whsec_${Buffer.from('äöüß', 'latin1').toString('base64')}`
    expect(await verify(standard(beyondAscii), beyondAscii)).toMatchObject({ ok: true })
    expect(await verify(standard('äöüß'), beyondAscii)).toEqual({ ok: false, reason: 'mismatch' })
  })

  test.each(['whsec_', 'whsec_not base64', 'whsec_AB==', 'whsec_AA', ' whsec_AAAA'])(
    'takes %j as text, since it carries no base64',
    async (text) => {
      const mac = await computeMac(utf8(text), utf8(`evt_1.${seconds}.${Buffer.from(body).toString()}`))
      const headers = { ...standard(), 'webhook-signature': `v1,${Buffer.from(mac).toString('base64')}` }
      expect(await verify(headers, text)).toMatchObject({ ok: true })
    },
  )

  test('lets webhook-signature decide where it is present, whatever else is right', async () => {
    const wrong = { 'webhook-signature': `v1,${'A'.repeat(43)}=` }
    expect(await verify({ ...guide(), ...standard(), ...wrong })).toEqual({ ok: false, reason: 'mismatch' })
    expect(await verify({ ...guide(), 'cf-webhook-auth': secret, 'webhook-signature': '' })).toMatchObject({
      ok: false,
    })
    expect(await verify({ 'x-cloudflare-signature': 'zz', 'cf-webhook-auth': secret })).toMatchObject({ ok: false })
    expect(await verify({ 'x-cloudflare-signature': 'zz', ...standard() })).toMatchObject({ ok: true })
  })

  test('accepts an attempt five minutes before or after now, and no further', async () => {
    for (const late of [-300_000, 300_000]) {
      expect(await verify(standard(), secret, seconds * 1000 + late)).toMatchObject({ ok: true })
      const beyond = seconds * 1000 + late + Math.sign(late)
      expect(await verify(standard(), secret, beyond)).toEqual({ ok: false, reason: 'stale' })
    }
  })

  test('looks at eight signatures of a list and passes over other versions', async () => {
    const right = standard()['webhook-signature']
    const other = `v1,${'A'.repeat(43)}=`
    const listed = (...entries: string[]) => ({ ...standard(), 'webhook-signature': entries.join(' ') })
    expect(await verify(listed('v1a,abc', 'v2,', '', 'v1,short', other, other, other, right))).toMatchObject({
      ok: true,
    })
    expect(await verify(listed(other, other, other, other, other, other, other, other, right))).toMatchObject({
      ok: false,
    })
    expect(await verify(listed(...Array.from({ length: 100_000 }, () => other)))).toMatchObject({ ok: false })
    expect(await verify(listed(right.replace('v1,', 'v2,')))).toMatchObject({ ok: false })
  })

  test.each(['', 'NaN', '-1', '+1768473045', ' 1768473045.', '1768473045.999abc', '1e9', '0x10', '9'.repeat(40)])(
    'refuses the time %j as malformed',
    async (time) => {
      expect(await verify({ ...standard(), 'webhook-timestamp': time })).toEqual({ ok: false, reason: 'malformed' })
    },
  )

  test.each(['', 'a.b', 'a b', 'ü', 'x'.repeat(257)])('refuses the id %j as malformed', async (id) => {
    expect(await verify({ ...standard(), 'webhook-id': id })).toEqual({ ok: false, reason: 'malformed' })
  })

  test('refuses an id or a time that was exchanged, or is missing', async () => {
    expect(await verify({ ...standard(), 'webhook-id': 'evt_2' })).toEqual({ ok: false, reason: 'mismatch' })
    expect(await verify({ ...standard(), 'webhook-timestamp': String(seconds + 1) })).toMatchObject({ ok: false })
    expect(await verify({ 'webhook-signature': standard()['webhook-signature'] })).toMatchObject({ ok: false })
  })

  test('refuses a base64 that writes the same signature otherwise', async () => {
    const right = standard()['webhook-signature']
    const last = right.at(-2) ?? ''
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
    const same = `${right.slice(0, -2)}${alphabet[alphabet.indexOf(last) + 1]}=`
    expect(Buffer.from(same.slice(3), 'base64')).toEqual(Buffer.from(right.slice(3), 'base64'))
    for (const other of [same, right.slice(0, -1), right.replaceAll('+', '-').replaceAll('/', '_').replace('=', '')]) {
      expect(await verify({ ...standard(), 'webhook-signature': other })).toMatchObject({ ok: false })
    }
  })

  test('verifies an empty body like any other', async () => {
    const empty = utf8('')
    const headers = new Headers({ 'x-cloudflare-signature': signGuide(createSigningSecret(secret), empty) })
    expect(await verifier()(headers, empty)).toMatchObject({ ok: true })
  })

  test('says when there is no header of an accepted scheme', async () => {
    expect(await verify({})).toEqual({ ok: false, reason: 'missing' })
    const onlyGuide = makeVerifier(prepareMacCheck, secret, [guideScheme], { attemptToleranceMs: 0, now: () => now })
    expect(await onlyGuide(new Headers(standard()), body)).toEqual({ ok: false, reason: 'missing' })
    expect(await onlyGuide(new Headers({ 'cf-webhook-auth': secret }), body)).toEqual({ ok: false, reason: 'missing' })
  })

  test('does not trip over characters that no header can hold', async () => {
    for (const character of ['\uffff', '\ud800', 'é', '\u0000']) {
      const headers = new Map([['x-cloudflare-signature', character.repeat(64)]])
      const source = { get: (name: string) => headers.get(name) ?? null }
      expect(await verifier()(source, body)).toEqual({ ok: false, reason: 'malformed' })
    }
  })

  test.each([
    ['secrets[0] is undefined', JSON.parse('{}').secret],
    ['secrets[0] is undefined', [undefined, 'right']],
    ['secrets[0] is object', null],
    ['secrets[0] is number', 7],
    ['secrets[0] is empty', ''],
    ['secrets[0] is empty', ' \n\t'],
    ['secrets[0] is empty, too long', 'x'.repeat(257)],
    ['secrets[0] is empty, too long, not set', 'undefined'],
    ['secrets[0] is empty, too long, not set', 'null'],
    ['or has a line end', 'right\n'],
    ['or has a line end', 'ri\u0000ght'],
    ['secrets[1] is empty', ['right', '']],
    ['Give 1 to 4 secrets', []],
    ['Give 1 to 4 secrets', ['a', 'b', 'c', 'd', 'e']],
  ])('refuses at once what cannot be a secret, saying %s', (text, wrong) => {
    expect(() => makeVerifier(prepareMacCheck, wrong, schemes, { attemptToleranceMs: 0, now: () => now })).toThrow(text)
  })

  test('takes a word that only looks like nothing, and lets an old secret be unset', async () => {
    expect(await verify(guide('nullify'), 'nullify')).toMatchObject({ ok: true })
    expect(await verify(guide('old'), ['new', undefined, 'old'])).toMatchObject({ ok: true, proof: { secretIndex: 2 } })
    expect(await verify(guide('undefined'), ['new', undefined])).toEqual({ ok: false, reason: 'mismatch' })
  })

  test('never quotes a secret in what it throws', () => {
    expect(() => verifier('sesame'.repeat(100))).toThrow(expect.not.stringContaining('sesame'))
  })
})
