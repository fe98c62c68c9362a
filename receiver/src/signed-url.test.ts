import { describe, expect, test } from 'vitest'
import { checkSignature } from '../../src/serve/signature.ts'
import { computeMac } from './crypto/web.ts'
import { encodeHex, utf8 } from './crypto/text.ts'
import { signImageUrl } from './signed-url.ts'

const key = 'Oix0bbNaT8Rge9PuyxUBrjI6zrgnsyJ5='
const path = '/cheeW4oKsx5ljh8e8BoL2A/bc27a117-9509-446b-8c69-c81bfeac0a01/mobile'
const withExpiry = '72411885ee02134d38662f3e70ac8ff694f408e9d14b05125f6b022c3f403efa'
const bare = 'f650d16a54309cc5560ccf74ba805cd33c92ba5edaa7f09abeebfaf7e3f5895e'

describe('a signed URL is made', () => {
  test('of a URL or of a path, with an expiry or without', async () => {
    const url = `https://images.example${path}`
    expect(await signImageUrl(url, key, { expiresAtSeconds: 1631289275 })).toBe(
      `${url}?exp=1631289275&sig=${withExpiry}`,
    )
    expect(await signImageUrl(new URL(url), key)).toBe(`${url}?sig=${bare}`)
    expect(await signImageUrl(path, key)).toBe(`${path}?sig=${bare}`)
    expect(await signImageUrl(`${url}?exp=9&other=1#part`, key)).toBe(`${url}?sig=${bare}`)
  })

  test('that the server believes, whatever letters the image id has', async () => {
    const made = new URL(
      await signImageUrl('https://images.example/hash/größe 100%25/a/public', key, { expiresAtSeconds: 2e9 }),
    )
    expect(checkSignature({ path: made.pathname, query: made.search.slice(1) }, [key], 0)).toEqual({
      ok: true,
      expiresAt: 2e12,
    })
  })

  test('with the same signature by WebCrypto', async () => {
    expect(encodeHex(await computeMac(utf8(key), utf8(path)))).toBe(bare)
  })

  test.each<[string, string, { expiresAtSeconds?: number }]>([
    ['no url', key, {}],
    ['', key, {}],
    [path, '', {}],
    [path, key, { expiresAtSeconds: 1.5 }],
    [path, key, { expiresAtSeconds: 0 }],
    [path, key, { expiresAtSeconds: Number.NaN }],
  ])('of nothing else: %j %j %j', async (url, by, options) => {
    await expect(signImageUrl(url, by, options)).rejects.toThrow(TypeError)
  })
})
