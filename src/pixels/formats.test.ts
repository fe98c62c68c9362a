import { assert, property, uint8Array } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sampleImages } from '../../scripts/sample-images.ts'
import { foreignFormat, mimeTypes, sniff } from './formats.ts'

const isoFile = (...brands: string[]): Buffer => {
  const [major = '', ...compatible] = brands
  const file = Buffer.from(`0000ftyp${major}0000${compatible.join('')}`, 'latin1')
  file.writeUInt32BE(file.length)
  return Buffer.concat([file, Buffer.alloc(32)])
}

describe('sniff', () => {
  it('knows every sample by its bytes', async () => {
    const samples = await sampleImages()
    const found = samples.map(({ bytes }) => sniff(bytes))
    expect(found.map((format) => format && mimeTypes[format])).toEqual(samples.map(({ mime }) => mime))
  })

  it.each([
    ['avif', ['avif', 'mif1', 'miaf']],
    ['avif', ['mif1', 'mif1', 'avif']],
    ['avif', ['avis', 'msf1', 'avif']],
    ['heic', ['heic', 'mif1', 'heic']],
    ['heic', ['mif1', 'heic']],
    ['heic', ['mif1']],
    [undefined, ['isom', 'mp42']],
  ])('says %s of a container with the brands %j', (format, brands) => {
    expect(sniff(isoFile(...brands))).toBe(format)
  })

  it('does not take a brand for one that stands behind the list', () => {
    expect(sniff(Buffer.concat([isoFile('isom'), Buffer.from('avif')]))).toBe(undefined)
  })

  it('answers for any bytes, and calls no accepted file foreign', () => {
    assert(
      property(uint8Array({ maxLength: 64 }), (bytes) => {
        expect([sniff(bytes), foreignFormat(bytes)]).toContain(undefined)
      }),
    )
  })
})

describe('foreignFormat', () => {
  it.each([
    ['TIFF', Buffer.from('MM\0*')],
    ['JPEG XL', Buffer.from([0xff, 0x0a])],
    ['JPEG XL', Buffer.from('\0\0\0\x0cJXL \r\n')],
    ['JPEG 2000', Buffer.from('\0\0\0\x0cjP  \r\n')],
    ['ICO', Buffer.from([0, 0, 1, 0])],
    ['gzip', Buffer.from([0x1f, 0x8b])],
    ['PSD', Buffer.from('8BPS')],
    ['HTML', Buffer.from('  <html>')],
    ['XML', Buffer.from('<rss>')],
    [undefined, Buffer.from('hello')],
    [undefined, Buffer.alloc(0)],
  ])('names %s', (name, bytes) => {
    expect(foreignFormat(bytes)).toBe(name)
  })
})
