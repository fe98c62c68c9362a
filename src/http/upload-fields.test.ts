import { describe, expect, test } from 'vitest'
import type { FormField } from './form-field.ts'
import { readUploadFields } from './upload-fields.ts'

const metaOf = (...fields: FormField[]): unknown => readUploadFields(fields).meta

describe('the fields of an upload', () => {
  test('none means a public image with a generated id and nothing else', () => {
    expect(readUploadFields([])).toEqual({
      id: undefined,
      meta: null,
      creator: null,
      requireSignedURLs: false,
      url: undefined,
    })
  })

  test('names that mean nothing are passed over', () => {
    expect(readUploadFields([['colour', 'red']])).toEqual(readUploadFields([]))
  })

  test.each([
    ['true', true],
    ['false', false],
    ['', false],
  ])('requireSignedURLs %j is %j', (text, value) => {
    expect(readUploadFields([['requireSignedURLs', text]]).requireSignedURLs).toBe(value)
  })

  test.each<[string, FormField[], string]>([
    ['a flag that is neither', [['requireSignedURLs', '1']], 'requireSignedURLs must be "true" or "false"'],
    [
      'an id sent twice',
      [
        ['id', 'a'],
        ['id', 'b'],
      ],
      '2 fields named id',
    ],
    ['metadata that is no JSON', [['metadata', '{a:1}']], 'metadata must be JSON text'],
    ['metadata that is a list', [['metadata', '[1]']], 'metadata must be a JSON object'],
    ['metadata that is null', [['metadata', 'null']], 'metadata must be a JSON object'],
    [
      'metadata in both spellings',
      [
        ['metadata', '{}'],
        ['metadata[a]', '1'],
      ],
      'metadata was sent twice',
    ],
    [
      'a bracketed field sent twice',
      [
        ['metadata[a]', '1'],
        ['metadata[a]', '2'],
      ],
      'metadata[a] was sent twice',
    ],
    [
      'a text that is an object too',
      [
        ['metadata[a]', '1'],
        ['metadata[a][b]', '2'],
      ],
      'a text in one place',
    ],
    [
      'an object that is a text too',
      [
        ['metadata[a][b]', '2'],
        ['metadata[a]', '1'],
      ],
      'was sent twice',
    ],
    [
      'a list that is an object too',
      [
        ['metadata[a][]', '2'],
        ['metadata[a][b]', '1'],
      ],
      'is a list in one place',
    ],
    ['a bracket that is not closed', [['metadata[a', '1']], 'must be written like'],
    ['an empty key at the top', [['metadata[]', '1']], 'is a list in one place'],
    ['metadata without end', [['metadata' + '[a]'.repeat(17), '1']], 'deeper than 16'],
    ['1,025 bytes of JSON', [['metadata', JSON.stringify({ a: 'é'.repeat(508) + 'x' })]], '1024 bytes'],
    ['1,025 bytes as fields', [['metadata[a]', 'é'.repeat(508) + 'x']], '1024 bytes'],
  ])('%s is refused', (_, fields, sentence) => {
    expect(() => readUploadFields(fields)).toThrow(sentence)
  })
})

describe('metadata', () => {
  test('as JSON keeps its types', () => {
    expect(metaOf(['metadata', '{"n":{"d":1},"list":[true,null]}\n'])).toEqual({ n: { d: 1 }, list: [true, null] })
  })

  test('as bracketed fields is the same object with texts for leaves', () => {
    expect(
      metaOf(
        ['metadata[a]', '1'],
        ['metadata[n][c]', 'x'],
        ['metadata[n][d][e]', 'y'],
        ['metadata[list][]', 'p'],
        ['metadata[list][]', 'q'],
      ),
    ).toEqual({ a: '1', n: { c: 'x', d: { e: 'y' } }, list: ['p', 'q'] })
  })

  test('as bracketed fields groups the objects of a list', () => {
    expect(
      metaOf(
        ['metadata[list][][a]', '1'],
        ['metadata[list][][b]', '2'],
        ['metadata[list][][a]', '3'],
        ['metadata[grid][][]', 'x'],
      ),
    ).toEqual({ list: [{ a: '1', b: '2' }, { a: '3' }], grid: [['x']] })
  })

  test('of exactly 1,024 bytes is taken', () => {
    const text = JSON.stringify({ a: 'é'.repeat(508) })
    expect(Buffer.byteLength(text)).toBe(1024)
    expect(metaOf(['metadata', text])).toEqual({ a: 'é'.repeat(508) })
  })

  test.each<FormField>([
    ['metadata[__proto__][polluted]', 'yes'],
    ['metadata[constructor][prototype][polluted]', 'yes'],
    ['metadata', '{"__proto__":{"polluted":"yes"}}'],
  ])('cannot reach a prototype by %s', (name, value) => {
    const meta = metaOf([name, value])
    expect(Object.getPrototypeOf(meta)).toBe(Object.prototype)
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
    expect(JSON.stringify(meta)).toContain('polluted')
  })

  test('that is empty counts as none', () => {
    expect(metaOf(['metadata', '{}'])).toBeNull()
    expect(metaOf(['metadata', ''])).toBeNull()
  })
})
