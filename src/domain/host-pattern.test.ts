import { describe, expect, test } from 'vitest'
import { isAtHost, parseHostPattern } from './host-pattern.ts'

describe('a host pattern', () => {
  test.each([
    ['images.example.com', 'https://images.example.com/a', true],
    ['images.example.com', 'https://IMAGES.example.com:443/a', true],
    ['images.example.com', 'https://images.example.com:8443/a', false],
    ['images.example.com:8443', 'https://images.example.com:8443/a', true],
    ['images.example.com', 'https://images.example.com.evil.test/a', false],
    ['images.example.com', 'https://evil.test/images.example.com', false],
    ['images.example.com', 'https://images.example.com@evil.test/', false],
    ['*.example.com', 'https://a.b.example.com/', true],
    ['*.example.com', 'https://example.com/', false],
    ['*.example.com', 'https://badexample.com/', false],
    ['127.0.0.1', 'http://0x7f.1/', true],
  ])('%s and %s: %s', (text, url, fits) => {
    expect(isAtHost(new URL(url), [parseHostPattern(text) ?? ''])).toBe(fits)
  })

  test.each(['', '*', '*.', 'a b', 'https://example.com', 'example.com/path', 'a.*.com', '-a.com', 'a.com:0', 'é.com'])(
    'is not "%s"',
    (text) => {
      expect(parseHostPattern(text)).toBeUndefined()
    },
  )
})
