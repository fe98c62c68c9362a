import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { cameraPhoto, motionPicture, painting, sampleImage, type SampleName } from '../../scripts/sample-images.ts'
import { brokenImage } from '../../test/fixtures/images.ts'
import { defaultLimits } from './limits.ts'
import { probe } from './probe.ts'
import { render, type RenderOptions } from './render.ts'

const source = async (name: SampleName): Promise<{ bytes: Uint8Array }> => ({ bytes: (await sampleImage(name)).bytes })

/** The colour of one pixel of an encoded picture. */
const pixelAt = async (bytes: Uint8Array, left: number, top: number): Promise<number[]> => {
  const { data, info } = await sharp(bytes).toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
  const at = (top * info.width + left) * info.channels
  return [...data.subarray(at, at + info.channels)]
}

const expectNear = (found: number[], wanted: number[], tolerance = 12): void => {
  expect(found.length).toBe(wanted.length)
  for (const [index, value] of wanted.entries())
    expect(Math.abs((found[index] ?? 0) - value)).toBeLessThanOrEqual(tolerance)
}

const patches = { red: [220, 20, 30], green: [20, 180, 40], blue: [30, 40, 210], yellow: [230, 210, 20] } as const

/** Four patches of 30 × 20 pixels: red and green above, blue and yellow below. */
const quarters = (): Promise<Buffer> => {
  const pixels = Buffer.alloc(60 * 40 * 3)
  for (let y = 0; y < 40; y++) {
    for (let x = 0; x < 60; x++) {
      const colour = y < 20 ? (x < 30 ? patches.red : patches.green) : x < 30 ? patches.blue : patches.yellow
      pixels.set(colour, (y * 60 + x) * 3)
    }
  }
  return sharp(pixels, { raw: { width: 60, height: 40, channels: 3 } })
    .png()
    .toBuffer()
}

const renderQuarters = async (options: Omit<RenderOptions, 'format'>) => {
  const rendered = await render({ bytes: await quarters() }, { ...options, format: 'png' })
  return { ...rendered, at: (left: number, top: number) => pixelAt(rendered.bytes, left, top) }
}

describe('render', () => {
  it.each(['jpeg', 'png', 'gif', 'webp', 'avif'] as const)('writes %s of the size it says', async (format) => {
    for (const name of ['photo', 'transparent', 'animation', 'webp', 'movingWebp', 'avif'] as const) {
      const rendered = await render(await source(name), { width: 90, height: 60, format })
      const facts = await probe({ bytes: rendered.bytes })
      const { width, height, frameCount } = rendered
      expect(facts).toMatchObject({ format, width, height, frameCount })
      expect(Math.max(width / 90, height / 60)).toBe(1)
    }
  })

  it('turns a photo upright before it measures, and leaves no orientation behind', async () => {
    const bytes = await sharp(await quarters())
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 95 })
      .toBuffer()
    const rendered = await render({ bytes }, { width: 20, height: 30, format: 'png' })
    expect(rendered).toMatchObject({ width: 20, height: 30 })
    expect((await sharp(rendered.bytes).metadata()).orientation).toBe(undefined)
    // Orientation 6: what is stored at the lower left is shown at the upper left.
    expectNear(await pixelAt(rendered.bytes, 4, 6), [...patches.blue])
    expectNear(await pixelAt(rendered.bytes, 15, 6), [...patches.red])
    expectNear(await pixelAt(rendered.bytes, 4, 24), [...patches.yellow])
  })

  it('keeps the place of colours when it scales down, and never enlarges', async () => {
    const half = await renderQuarters({ width: 30, height: 30, fit: 'scale-down' })
    expect(half).toMatchObject({ width: 30, height: 20 })
    expectNear(await half.at(5, 5), [...patches.red])
    expectNear(await half.at(25, 15), [...patches.yellow])
    expect(await renderQuarters({ width: 600, height: 600, fit: 'scale-down' })).toMatchObject({
      width: 60,
      height: 40,
    })
    expect(await renderQuarters({ width: 600, height: 600 })).toMatchObject({ width: 60, height: 40 })
  })

  it('enlarges with contain', async () => {
    const larger = await renderQuarters({ width: 120, height: 120, fit: 'contain' })
    expect(larger).toMatchObject({ width: 120, height: 80 })
    expectNear(await larger.at(110, 10), [...patches.green])
  })

  it('cuts around the centre with cover, and enlarges if need be', async () => {
    const cut = await renderQuarters({ width: 20, height: 40, fit: 'cover' })
    expect(cut).toMatchObject({ width: 20, height: 40 })
    expectNear(await cut.at(2, 5), [...patches.red])
    expectNear(await cut.at(17, 35), [...patches.yellow])
    expect(await renderQuarters({ width: 100, height: 100, fit: 'cover' })).toMatchObject({ width: 100, height: 100 })
  })

  it('cuts with crop only what is larger than the box', async () => {
    expect(await renderQuarters({ width: 20, height: 20, fit: 'crop' })).toMatchObject({ width: 20, height: 20 })
    expect(await renderQuarters({ width: 100, height: 100, fit: 'crop' })).toMatchObject({ width: 60, height: 40 })
    const wide = await renderQuarters({ width: 20, height: 100, fit: 'crop' })
    expect(wide).toMatchObject({ width: 20, height: 40 })
    expectNear(await wide.at(1, 1), [...patches.red])
  })

  it('fills up with white to the exact box with pad', async () => {
    const padded = await renderQuarters({ width: 120, height: 120, fit: 'pad' })
    expect(padded).toMatchObject({ width: 120, height: 120 })
    expectNear(await padded.at(60, 5), [255, 255, 255], 0)
    expectNear(await padded.at(10, 30), [...patches.red])
    expectNear(await padded.at(110, 90), [...patches.yellow])
  })

  it('keeps transparency where the format has it, and shows white beneath it in a JPEG', async () => {
    const clear = {
      bytes: await sharp({ create: { width: 20, height: 20, channels: 4, background: '#00000000' } })
        .png()
        .toBuffer(),
    }
    const png = await render(clear, { format: 'png', width: 10 })
    expectNear(await pixelAt(png.bytes, 5, 5), [0, 0, 0, 0], 0)
    for (const format of ['webp', 'avif', 'gif'] as const)
      expect((await probe({ bytes: (await render(clear, { format })).bytes })).hasAlpha).toBe(true)
    expectNear(await pixelAt((await render(clear, { format: 'jpeg' })).bytes, 5, 5), [255, 255, 255], 1)
  })

  it.each(['gif', 'webp'] as const)('keeps an animation, its pace and its loop in %s, in every fit', async (format) => {
    const bytes = await motionPicture(60, 40, 3)
      .gif({ delay: [100, 200, 300], loop: 2 })
      .toBuffer()
    for (const fit of ['scale-down', 'contain', 'cover', 'crop', 'pad'] as const) {
      const rendered = await render({ bytes }, { width: 30, height: 30, fit, format })
      expect(await probe({ bytes: rendered.bytes })).toMatchObject({
        width: 30,
        height: fit === 'scale-down' || fit === 'contain' ? 20 : 30,
        frameCount: 3,
      })
      expect(await sharp(rendered.bytes, { pages: -1 }).metadata()).toMatchObject({
        delay: [100, 200, 300],
        loop: 2,
      })
    }
  })

  it('is answered as it is beyond the limit for it, and its first frame is still made', async () => {
    const { bytes } = await sampleImage('animation')
    const limits = { ...defaultLimits, movingAreaPixels: 160 * 120 * 8 - 1 }
    const untouched = await render({ bytes }, { format: 'webp', width: 40 }, limits)
    expect(untouched).toMatchObject({ format: 'gif', width: 160, height: 120, frameCount: 8 })
    expect(Buffer.from(untouched.bytes).equals(bytes)).toBe(true)
    expect(await render({ bytes }, { format: 'webp', width: 40, anim: false }, limits)).toMatchObject({ width: 40 })
    const within = { ...defaultLimits, movingAreaPixels: 160 * 120 * 8 }
    expect(await render({ bytes }, { format: 'webp', width: 40 }, within)).toMatchObject({ format: 'webp', width: 40 })
  })

  it('takes the first frame of an animation for a format that cannot move', async () => {
    const frames = Buffer.concat([Buffer.alloc(300, 250), Buffer.alloc(300, 10)])
    const raw = { width: 10, height: 20, channels: 3, pageHeight: 10 } as const
    const bytes = await sharp(frames, { raw }).gif().toBuffer()
    const rendered = await render({ bytes }, { format: 'jpeg' })
    expect(rendered).toMatchObject({ width: 10, height: 10, frameCount: 1 })
    expectNear(await pixelAt(rendered.bytes, 5, 5), [250, 250, 250])
  })

  it('brings colours of a wide profile to sRGB and drops the profile', async () => {
    const patch = sharp({ create: { width: 20, height: 20, channels: 3, background: { r: 200, g: 60, b: 60 } } })
    const wide = await patch.withIccProfile('p3').png().toBuffer()
    const stored = await sharp(wide, { ignoreIcc: true }).raw().toBuffer()
    expectNear([...stored.subarray(0, 3)], [186, 71, 65], 6)
    const rendered = await render({ bytes: wide }, { format: 'png' })
    expectNear(await pixelAt(rendered.bytes, 5, 5), [200, 60, 60], 3)
    expect((await sharp(rendered.bytes).metadata()).icc).toBe(undefined)
  })

  it('carries the artist and the copyright of a JPEG and nothing else, unless told otherwise', async () => {
    const bytes = await cameraPhoto(64, 48)
    const exifUnder = async (policy: Pick<RenderOptions, 'exifPolicy'>): Promise<string> => {
      const rendered = await render({ bytes }, { format: 'jpeg', width: 24, ...policy })
      return (await sharp(rendered.bytes).metadata()).exif?.toString('latin1') ?? ''
    }
    for (const policy of [{}, { exifPolicy: 'copyright' }] as const) {
      const exif = await exifUnder(policy)
      expect(exif).toContain('Copyright 2026 Ada Example')
      expect(exif).toContain('Ada Example\0')
      expect(exif).not.toContain('Pinhole')
      expect(exif.length).toBeLessThan(100)
    }
    expect(await exifUnder({ exifPolicy: 'none' })).toBe('')
    const kept = await exifUnder({ exifPolicy: 'keep' })
    expect(kept).toContain('Pinhole One')
    expect(kept).toContain('2026:01:15 10:30:45')
  })

  it('marks a photo it kept the EXIF of as upright', async () => {
    const rendered = await render({ bytes: await cameraPhoto(64, 48) }, { format: 'jpeg', exifPolicy: 'keep' })
    expect(await sharp(rendered.bytes).metadata()).toMatchObject({ orientation: 1, width: 48, height: 64 })
  })

  it.each(['png', 'webp', 'gif', 'avif'] as const)('drops all EXIF in %s, whatever the policy', async (format) => {
    const rendered = await render({ bytes: await cameraPhoto(64, 48) }, { format, exifPolicy: 'keep' })
    expect((await sharp(rendered.bytes).metadata()).exif).toBe(undefined)
  })

  it('writes a progressive JPEG between 50 and 3,000 pixels, a plain one outside', async () => {
    const bytes = await painting({ width: 3100, height: 60, channels: 3, sun: 0.5 }).jpeg().toBuffer()
    const isProgressive = async (options: Partial<RenderOptions>) =>
      (await sharp((await render({ bytes }, { format: 'jpeg', ...options })).bytes).metadata()).isProgressive
    expect(await isProgressive({})).toBe(false)
    expect(await isProgressive({ width: 40, height: 40, fit: 'cover' })).toBe(false)
    expect(await isProgressive({ width: 2900 })).toBe(true)
  })

  it('spends more bytes for more quality, and none of the picture at WebP 100', async () => {
    const bytes = await painting({ width: 64, height: 48, channels: 3, sun: 0.5 }).png().toBuffer()
    for (const format of ['jpeg', 'webp', 'avif', 'png'] as const) {
      const low = await render({ bytes }, { format, quality: 10 })
      const high = await render({ bytes }, { format, quality: 95 })
      expect(low.bytes.length).toBeLessThan(high.bytes.length)
    }
    const lossless = await render({ bytes }, { format: 'webp', quality: 100 })
    expect(await sharp(lossless.bytes).removeAlpha().raw().toBuffer()).toEqual(await sharp(bytes).raw().toBuffer())
  })

  it('refuses results beyond the limits before it decodes anything', async () => {
    const huge = { width: 20_000, height: 20_000, fit: 'cover', format: 'png' } as const
    await expect(render(await source('webp'), huge)).rejects.toMatchObject({ code: 'image_area_too_large' })
    await expect(
      render(await source('animation'), { ...huge, format: 'webp', width: 4000, height: 4000 }),
    ).rejects.toMatchObject({ code: 'animation_too_large' })
  })

  it('translates what an encoder refuses', async () => {
    const long = { width: 17_000, height: 10, fit: 'cover', format: 'webp' } as const
    await expect(render(await source('webp'), long)).rejects.toMatchObject({ code: 'image_area_too_large' })
  })

  it('says so when a stored file was cut off, and never renders a drawing or a stranger', async () => {
    for (const name of ['cutJpeg', 'cutPng', 'cutWebp', 'cutAvif'] as const) {
      const { bytes } = await brokenImage(name)
      await expect(render({ bytes }, { format: 'webp' })).rejects.toMatchObject({ code: 'image_undecodable' })
    }
    await expect(render(await source('drawing'), { format: 'png' })).rejects.toMatchObject({
      code: 'image_format_unsupported',
    })
    const { bytes } = await brokenImage('words')
    await expect(render({ bytes }, { format: 'png' })).rejects.toMatchObject({ code: 'image_format_unsupported' })
  })
})
