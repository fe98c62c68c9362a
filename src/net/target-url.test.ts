import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAddressPolicy, loopbackRanges } from './ip-ranges.ts'
import { checkTargetUrl } from './target-url.ts'

const serve = { policy: createAddressPolicy({ allow: [] }), allowLoopbackHttp: false }
const dev = { policy: createAddressPolicy({ allow: loopbackRanges }), allowLoopbackHttp: true }

const reasonOf = (text: string, rules = serve): string => {
  const checked = checkTargetUrl(text, rules)
  return checked.ok ? 'accepted' : checked.reason
}

describe('checkTargetUrl', () => {
  it.each([
    'https://example.com',
    'https://example.com:8443/webhooks?tenant=7',
    'https://8.8.8.8/hook',
    'https://[2606:4700::1111]/hook',
    'https://bücher.example/ä',
    'HTTPS://EXAMPLE.COM/',
  ])('accepts %s', (text) => {
    expect(checkTargetUrl(text, serve)).toEqual({ ok: true, url: new URL(text) })
  })

  it.each([
    ['', 'complete address'],
    ['example.com/hook', 'complete address'],
    ['https://', 'complete address'],
    ['https://example.com:99999/', 'complete address'],
    ['ftp://example.com/', 'begin with https://'],
    ['javascript:alert(1)', 'begin with https://'],
    ['file:///etc/passwd', 'begin with https://'],
    ['http://example.com/', 'plain http is not accepted'],
    ['http://localhost/', 'plain http is not accepted'],
    ['https://user@example.com/', 'user name or a password'],
    ['https://user:secret@example.com/', 'user name or a password'],
    ['https://:secret@example.com/', 'user name or a password'],
    ['https://example.com/#top', 'fragment'],
    ['https://example.com/#', 'fragment'],
    [' https://example.com/', 'spaces or control characters'],
    ['https://exam\nple.com/', 'spaces or control characters'],
    ['https://example.com/\u0000', 'spaces or control characters'],
  ])('refuses %j and says why', (text, words) => {
    expect(reasonOf(text)).toContain(words)
    expect(reasonOf(text)).toMatch(/^url must .*\.$/)
  })

  it.each([
    'https://127.0.0.1/',
    'https://0x7f.1/',
    'https://0177.0.0.1/',
    'https://2130706433/',
    'https://127.1/',
    'https://１２７.０.０.１/',
    'https://0/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[2002:7f00:1::]/',
    'https://169.254.169.254/latest/meta-data',
    'https://10.0.0.1/',
  ])('refuses the literal address %s in whatever spelling', (text) => {
    expect(reasonOf(text)).toContain('must lead to a public address')
  })

  it('judges an address by what it is, in every notation that a URL can hold', () => {
    const bytesOf = fc.uint8Array({ minLength: 4, maxLength: 4 })
    const special = fc
      .tuple(fc.constantFrom([10], [127], [169, 254], [192, 168], [100, 64], [0], [224], [255], [198, 18]), bytesOf)
      .map(([head, bytes]) => Uint8Array.from([...head, ...bytes].slice(0, 4)))
    const number = (value: number, radix: number): string =>
      radix === 10 ? String(value) : (radix === 8 ? '0' : '0x') + value.toString(radix)
    const radixes = fc.array(fc.constantFrom(8, 10, 16), { minLength: 4, maxLength: 4 })
    const dots = fc.constantFrom('.', '。', '．', '｡', '%2e')
    fc.assert(
      fc.property(
        fc.oneof(special, bytesOf),
        radixes,
        fc.integer({ min: 1, max: 4 }),
        dots,
        fc.boolean(),
        (bytes, radix, partCount, dot, wide) => {
          // The last part takes all bytes that have none of their own: 127.1, 0x7f000001.
          const last = bytes.subarray(partCount - 1).reduce((sum, byte) => sum * 256 + byte, 0)
          const parts = [...bytes.subarray(0, partCount - 1), last]
          const widen = (text: string): string =>
            wide ? text.replaceAll(/[0-9]/g, (digit) => '０１２３４５６７８９'[Number(digit)] ?? '') : text
          const written = parts.map((part, index) => widen(number(part, radix[index] ?? 10))).join(dot)
          const [high, low] = [0, 2].map((at) => (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)).toString(16))
          const global = serve.policy.permits(bytes)
          for (const host of [
            written,
            `[::ffff:${high}:${low}]`,
            `[::ffff:${bytes.join('.')}]`,
            `[64:ff9b::${high}:${low}]`,
          ])
            expect([host, reasonOf(`https://${host}/`) === 'accepted']).toEqual([host, global])
          // 6to4 carries an address, too, and is refused whichever it is.
          expect(reasonOf(`https://[2002:${high}:${low}::1]/`)).toContain('must lead to a public address')
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('refuses a URL that is too long, as given or as it is written out', () => {
    expect(reasonOf(`https://example.com/${'a'.repeat(2048 - 20)}`)).toBe('accepted')
    expect(reasonOf(`https://example.com/${'a'.repeat(2048 - 19)}`)).toContain('at most 2048 characters')
    expect(reasonOf(`https://example.com/${'ä'.repeat(1000)}`)).toContain('at most 2048 characters')
  })

  it('does not say which address a refused literal is', () => {
    expect(reasonOf('https://0x7f.1/')).toBe(reasonOf('https://10.0.0.1/'))
  })

  it.each([
    'http://localhost:8787/webhooks',
    'http://app.localhost/',
    'http://127.0.0.1:8787/',
    'http://[::1]:8787/',
    'https://localhost/',
  ])('accepts %s where loopback is allowed', (text) => {
    expect(reasonOf(text, dev)).toBe('accepted')
  })

  it.each([
    'http://example.com/',
    'http://10.0.0.1/',
    'http://localhost.example.com/',
    'http://127.0.0.1.example.com/',
    'http://8.8.8.8/',
  ])('refuses plain http to %s even where loopback is allowed', (text) => {
    expect(reasonOf(text, dev)).toContain('this machine only')
  })

  it('never throws, and whatever it accepts is https without user, fragment or forbidden literal', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl({ withFragments: true }),
          fc.string().map((rest) => `https://${rest}`),
        ),
        (text) => {
          const checked = checkTargetUrl(text, serve)
          const sentence = checked.ok ? 'url must be accepted.' : checked.reason
          expect(sentence).toMatch(/^url must .*\.$/)
          const url = checked.ok ? checked.url : new URL('https://example.com/')
          expect([url.protocol, url.username, url.password, url.hash]).toEqual(['https:', '', '', ''])
          expect(url.href.length).toBeLessThanOrEqual(2048)
        },
      ),
    )
  })
})
