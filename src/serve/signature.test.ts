import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { checkSignature } from './signature.ts'

const key = 'Oix0bbNaT8Rge9PuyxUBrjI6zrgnsyJ5='
const path = '/cheeW4oKsx5ljh8e8BoL2A/bc27a117-9509-446b-8c69-c81bfeac0a01/mobile'
const withExpiry = '72411885ee02134d38662f3e70ac8ff694f408e9d14b05125f6b022c3f403efa'
const bare = 'f650d16a54309cc5560ccf74ba805cd33c92ba5edaa7f09abeebfaf7e3f5895e'
const expiresAt = 1_631_289_275_000
const check = (query: string, { at = path, keys = [key], now = expiresAt - 1 } = {}) =>
  checkSignature({ path: at, query }, keys, now)
const sign = (text: string, by = key): string => createHmac('sha256', by).update(text).digest('hex')

describe('a signed URL', () => {
  test('with an expiry is good until it', () => {
    const query = `exp=1631289275&sig=${withExpiry}`
    expect(check(query)).toEqual({ ok: true, expiresAt })
    expect(check(query, { now: 0 })).toEqual({ ok: true, expiresAt })
    expect(check(query, { now: expiresAt })).toEqual({ ok: false, reason: 'the URL has expired' })
  })

  test('without an expiry is good as long as its key', () => {
    expect(check(`sig=${bare}`, { now: 9e15 })).toEqual({ ok: true, expiresAt: null })
    expect(check(`sig=${bare}`, { keys: ['other'] }).ok).toBe(false)
    expect(check(`sig=${bare}`, { keys: [] }).ok).toBe(false)
  })

  test('is believed by any key, first or last', () => {
    for (const keys of [
      [key, 'a', 'b'],
      ['a', key, 'b'],
      ['a', 'b', key],
    ])
      expect(check(`sig=${bare}`, { keys }).ok).toBe(true)
  })

  test('takes its parameters in any order, and others beside them', () => {
    for (const query of [`sig=${withExpiry}&exp=1631289275`, `utm=x&exp=1631289275&y=%20&sig=${withExpiry}`])
      expect(check(query)).toEqual({ ok: true, expiresAt })
  })

  test('may be signed for the image host or for the own domain', () => {
    const own = `/cdn-cgi/imagedelivery${path}`
    expect(check(`sig=${bare}`, { at: own }).ok).toBe(true)
    expect(check(`sig=${sign(own)}`, { at: own }).ok).toBe(true)
    expect(check(`sig=${sign(own)}`).ok).toBe(false)
  })

  test.each([
    ['no signature', ''],
    ['no signature but an expiry', 'exp=1631289275'],
    ['an expiry that is not signed', `exp=1631289275&sig=${bare}`],
    ['a later expiry', `exp=1631289276&sig=${withExpiry}`],
    ['an expiry that was taken away', `sig=${withExpiry}`],
    ['an empty expiry', `exp=&sig=${bare}`],
    ['two expiries', `exp=1631289275&exp=9999999999&sig=${withExpiry}`],
    ['two signatures', `exp=1631289275&sig=${withExpiry}&sig=${bare}`],
    ['upper-case hex', `exp=1631289275&sig=${withExpiry.toUpperCase()}`],
    ['half a signature', `exp=1631289275&sig=${withExpiry.slice(0, 32)}`],
    ['a changed signature', `exp=1631289275&sig=${withExpiry.replace(/^7/, '8')}`],
    ['another key', `exp=1631289275&sig=${sign(`${path}?exp=1631289275`, 'other')}`],
    ['an expiry that is no number', `exp=0x61&sig=${sign(`${path}?exp=0x61`)}`],
    ['an expiry beyond any clock', `exp=${'9'.repeat(30)}&sig=${sign(`${path}?exp=${'9'.repeat(30)}`)}`],
  ])('with %s is refused', (_, query) => {
    expect(check(query)).toEqual({ ok: false, reason: expect.any(String) })
  })

  test.each([`${path}/x`, path.toUpperCase(), path.replace('mobile', 'public'), `/${path}`])(
    'of another path, %s, is refused',
    (at) => {
      expect(check(`exp=1631289275&sig=${withExpiry}`, { at }).ok).toBe(false)
    },
  )
})
