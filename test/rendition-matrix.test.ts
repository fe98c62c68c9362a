import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { parseTransform } from '../src/domain/transform-options.ts'
import { sniff, type RasterFormat } from '../src/pixels/formats.ts'
import { render } from '../src/pixels/render.ts'
import { expectNear, movingQuarters, patches, pixelAt, quarterPixels, quarters } from './fixtures/patches.ts'

const { red, green, blue, yellow } = patches
const clear = [0, 0, 0, 0] as const

/** The quarters of 120 × 80 pixels; in formats that can, the lower right one is transparent instead of yellow. */
const withAlpha = async (): Promise<Buffer> => {
  const pixels = quarterPixels(120, 80, [red, green, blue, yellow])
  const alpha = Buffer.alloc(120 * 80, 255)
  for (let y = 40; y < 80; y++) alpha.fill(0, y * 120 + 60, (y + 1) * 120)
  return sharp(pixels, { raw: { width: 120, height: 80, channels: 3 } })
    .joinChannel(alpha, { raw: { width: 120, height: 80, channels: 1 } })
    .png()
    .toBuffer()
}

/** Held sideways by a camera with a wide profile and a rightful owner: stored 80 × 120, shown as the quarters. */
const photo = async (): Promise<Buffer> =>
  sharp(
    await sharp(await quarters(120, 80))
      .rotate(270)
      .png()
      .toBuffer(),
  )
    .withIccProfile('p3')
    .withExif({ IFD0: { Copyright: 'Ada', Make: 'Pinhole' } })
    .withMetadata({ orientation: 6 })
    .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
    .toBuffer()

type Source = {
  readonly make: () => Promise<Buffer>
  readonly frames: number
  readonly alpha: boolean
  readonly size: readonly [number, number]
}

const sources: Readonly<Record<string, Source>> = {
  'a photo held sideways, in P3': { make: photo, frames: 1, alpha: false, size: [120, 80] },
  'a PNG with a hole': { make: withAlpha, frames: 1, alpha: true, size: [120, 80] },
  'a moving GIF': { make: () => movingQuarters('gif'), frames: 3, alpha: false, size: [60, 40] },
  'a moving WebP': { make: () => movingQuarters('webp'), frames: 3, alpha: false, size: [60, 40] },
  'a WebP with a hole': {
    make: async () =>
      sharp(await withAlpha())
        .webp({ lossless: true })
        .toBuffer(),
    frames: 1,
    alpha: true,
    size: [120, 80],
  },
  'an AVIF with a hole': {
    make: async () =>
      sharp(await withAlpha())
        .avif({ lossless: true, effort: 0 })
        .toBuffer(),
    frames: 1,
    alpha: true,
    size: [120, 80],
  },
}

/** Stored variants, and what each makes of 3 : 2; colours of the corners by their names in reading order. */
const variants = {
  'w=30,h=30,fit=scale-down': { size: [30, 20], bars: false },
  'w=240,h=240,fit=contain': { size: [240, 160], bars: false },
  'w=30,h=30,fit=cover': { size: [30, 30], bars: false },
  'w=40,h=20,fit=crop': { size: [40, 20], bars: false },
  'w=60,h=60,fit=pad': { size: [60, 60], bars: true },
} as const

const formats: readonly RasterFormat[] = ['jpeg', 'png', 'gif', 'webp', 'avif']
const optionNames = (text: string): text is keyof typeof variants => text in variants

const cases = Object.keys(sources).flatMap((source) =>
  Object.keys(variants)
    .filter(optionNames)
    .flatMap((variant) => formats.map((format) => [source, variant, format] as const)),
)

describe('what comes out, decoded again', () => {
  test.each(cases)('of %s through %s as %s', async (source, variant, format) => {
    const { make, frames, alpha } = sources[source] ?? { make: quarters, frames: 1, alpha: false }
    const { size, bars } = variants[variant]
    const { width: _, format: __, slowQuality: ___, onError: ____, ...rest } = parseTransform(variant)
    const width = Number(/w=(\d+)/.exec(variant)?.[1])
    const { bytes } = await render({ bytes: await make() }, { ...rest, width, format })
    expect(sniff(bytes)).toBe(format)
    const moves = frames > 1 && (format === 'gif' || format === 'webp')
    const {
      pages = 1,
      pageHeight,
      height,
      width: wide,
      orientation,
      icc,
      exif,
    } = await sharp(bytes, { pages: -1 }).metadata()
    expect({ size: [wide, pageHeight ?? height], pages, orientation, icc }).toEqual({
      size: [...size],
      pages: moves ? frames : 1,
      orientation: undefined,
      icc: undefined,
    })
    expect(exif?.toString('latin1') ?? '').not.toContain('Pinhole')
    expect(exif?.toString('latin1').includes('Ada') ?? false).toBe(format === 'jpeg' && source.startsWith('a photo'))

    const [across, down] = size
    const top = bars ? Math.ceil(down / 6) + 3 : 2
    const hole = alpha ? (format === 'jpeg' ? [255, 255, 255] : clear) : yellow
    const wanted = [red, green, blue, hole]
    for (const [index, [left, above]] of [
      [2, top],
      [across - 3, top],
      [2, down - 1 - top],
      [across - 3, down - 1 - top],
    ].entries())
      expectNear(
        await pixelAt(bytes, left ?? 0, above ?? 0),
        wanted[index] ?? [],
        format === 'png' || format === 'webp' ? 24 : 40,
      )
    if (bars) expectNear(await pixelAt(bytes, 30, 1), [255, 255, 255], 8)
    if (moves) expectNear(await pixelAt(bytes, 2, top, 1), blue, 40)
  })

  test.each([
    ['keep', true, true],
    ['copyright', false, true],
    ['none', false, false],
  ] as const)('of a photo with metadata=%s', async (exifPolicy, camera, owner) => {
    const { bytes } = await render({ bytes: await photo() }, { exifPolicy, format: 'jpeg' })
    const exif = (await sharp(bytes).metadata()).exif?.toString('latin1') ?? ''
    expect([exif.includes('Pinhole'), exif.includes('Ada')]).toEqual([camera, owner])
    expectNear(await pixelAt(bytes, 2, 2), red)
  })
})
