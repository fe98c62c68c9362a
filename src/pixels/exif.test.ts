import { assert, boolean, property, uint8Array } from 'fast-check'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { painting } from '../../scripts/sample-images.ts'
import { readRights, withRights } from './exif.ts'

const picture = (): Promise<Buffer> => painting({ width: 16, height: 12, channels: 3, sun: 0.5 }).jpeg().toBuffer()
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const textOf = (bytes: Uint8Array | undefined): string | undefined => bytes && new TextDecoder().decode(bytes)

const exifOf = async (jpeg: Uint8Array): Promise<Buffer> => {
  const { exif } = await sharp(jpeg).metadata()
  if (!exif) throw new Error('the picture has no EXIF')
  return exif
}

describe('rights', () => {
  it('survive letters outside ASCII, byte for byte', async () => {
    const rights = { artist: bytesOf('Zoë Müller'), copyright: bytesOf('© 2026 山田') }
    const read = readRights(await exifOf(withRights(await picture(), rights)))
    expect(textOf(read.artist)).toBe('Zoë Müller')
    expect(textOf(read.copyright)).toBe('© 2026 山田')
  })

  it('may be as short as one letter, which TIFF keeps in another place', async () => {
    const exif = await exifOf(
      await sharp(await picture())
        .withExif({ IFD0: { Artist: 'A' } })
        .jpeg()
        .toBuffer(),
    )
    expect(textOf(readRights(exif).artist)).toBe('A')
    expect(textOf(readRights(await exifOf(withRights(await picture(), { artist: bytesOf('A') }))).artist)).toBe('A')
  })

  it('are read from a picture that another program wrote', async () => {
    const written = await sharp(await picture())
      .withExif({ IFD0: { Copyright: 'Copyright Ada', Make: 'Pinhole' }, IFD3: { GPSLatitudeRef: 'N' } })
      .jpeg()
      .toBuffer()
    expect(textOf(readRights(await exifOf(written)).copyright)).toBe('Copyright Ada')
  })

  it('leave a picture without any as it is', async () => {
    const jpeg = await picture()
    expect(withRights(jpeg, {})).toBe(jpeg)
  })

  it('leave the pixels as they are', async () => {
    const jpeg = await picture()
    const marked = withRights(jpeg, { copyright: bytesOf('Ada') })
    expect(await sharp(marked).raw().toBuffer()).toEqual(await sharp(jpeg).raw().toBuffer())
  })

  it('are empty for any block that makes no sense', () => {
    assert(
      property(uint8Array({ maxLength: 200 }), boolean(), (noise, led) => {
        const block = led ? Buffer.concat([Buffer.from('Exif\0\0MM\0*\0\0\0\x08', 'latin1'), noise]) : noise
        expect(readRights(block)).toBeTypeOf('object')
      }),
    )
  })
})
