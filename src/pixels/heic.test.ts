import sharp, { type Metadata } from 'sharp'
import { describe, expect, test } from 'vitest'
import { painting } from '../../scripts/sample-images.ts'
import { fadingHeic, heicThatClaims, phonePhoto, wideHeic } from '../../test/fixtures/images.ts'
import { fakeClock } from '../../test/ground/fake-clock.ts'
import { AppError } from '../domain/errors.ts'
import { checkHeic, heicToPng } from './heic.ts'
import { defaultLimits } from './limits.ts'
import { probe } from './probe.ts'
import { render } from './render.ts'

const { bytes } = phonePhoto
const headerOf = (file: Uint8Array): Promise<Metadata> => sharp(file).metadata()

/** The mean of each channel: tells a picture from another, and one colour space from another. */
const meansOf = async (file: Uint8Array): Promise<number[]> =>
  (await sharp(file).toColourspace('srgb').stats()).channels.map(({ mean }) => mean)

describe('a HEIC', () => {
  test('is probed like any photo', async () => {
    expect(await probe({ bytes })).toEqual({ format: 'heic', width: 160, height: 120, frameCount: 1, hasAlpha: false })
    expect(await probe({ bytes: fadingHeic.bytes })).toMatchObject({ width: 80, height: 60, hasAlpha: true })
  })

  test('is rendered in its own colours, upright, and keeps the rights of its author', async () => {
    const rendered = await render({ bytes }, { format: 'jpeg', quality: 95 })
    expect(rendered).toMatchObject({ width: 160, height: 120 })
    // The fixture was painted in this scene, and its profile makes other numbers of the same colours.
    const painted = await painting({ width: 160, height: 120, channels: 3, sun: 0.7 }).png().toBuffer()
    const [found, wanted] = await Promise.all([meansOf(rendered.bytes), meansOf(painted)])
    for (const [index, mean] of wanted.entries()) expect(Math.abs((found[index] ?? 0) - mean)).toBeLessThan(3)
    const { exif } = await headerOf(rendered.bytes)
    expect(exif?.toString('latin1')).toContain('Ada Example')
    expect(exif?.toString('latin1')).not.toContain('Pinhole')
  })

  test('keeps all its EXIF where that is wanted, without an orientation that would turn it again', async () => {
    const kept = await headerOf((await render({ bytes }, { format: 'jpeg', exifPolicy: 'keep' })).bytes)
    expect(kept.exif?.toString('latin1')).toContain('Pinhole')
    expect(kept).toMatchObject({ orientation: 1, width: 160, height: 120 })
  })

  test('keeps its transparency', async () => {
    const { bytes: png } = await render({ bytes: fadingHeic.bytes }, { format: 'png' })
    const { data } = await sharp(png).raw().toBuffer({ resolveWithObject: true })
    expect(data[3]).toBeLessThan(40)
    expect(data[(30 * 80 + 40) * 4 + 3]).toBeGreaterThan(240)
  })

  test('that lies about its size is refused', async () => {
    await expect(probe({ bytes: heicThatClaims(2000, 1000) })).rejects.toMatchObject({ code: 'image_undecodable' })
  })
})

describe('the thread that decodes', () => {
  const refusal = async (work: Promise<unknown>): Promise<AppError> => {
    const outcome = await work.then(
      () => undefined,
      (error: unknown) => error,
    )
    if (outcome instanceof AppError) return outcome
    throw new Error(`expected a refusal, got ${String(outcome)}`)
  }

  test('is killed when its time is up, and the next one is served', async () => {
    const clock = fakeClock()
    const header = await headerOf(bytes)
    const late = checkHeic(bytes, header, defaultLimits, clock)
    await Promise.resolve()
    clock.advance(defaultLimits.workSeconds * 1000)
    const { code, message } = await refusal(late)
    expect([code, message]).toEqual(['image_undecodable', expect.stringContaining('takes too long')])
    expect((await heicToPng(bytes, header, defaultLimits, clock)).length).toBeGreaterThan(160 * 120 * 3)
    expect(clock.pendingCount()).toBe(0)
  })

  test('gets no more memory than it may have', async () => {
    const header = await headerOf(wideHeic.bytes)
    await checkHeic(wideHeic.bytes, header, { ...defaultLimits, heicMemoryBytes: 64_000_000 })
    const tight = checkHeic(wideHeic.bytes, header, { ...defaultLimits, heicMemoryBytes: 20_000_000 })
    expect((await refusal(tight)).code).toBe('image_undecodable')
  })

  test('does nothing but fail on any damage to its file', async () => {
    const header = await headerOf(bytes)
    for (let share = 0.1; share < 1; share += 0.1) {
      const damaged = Uint8Array.from(bytes)
      damaged.fill(0xa5, Math.floor(share * bytes.length), Math.floor(share * bytes.length) + 40)
      const outcome = await checkHeic(damaged, header, defaultLimits).catch((error: unknown) => error)
      expect(outcome === undefined || (outcome instanceof AppError && outcome.code === 'image_undecodable')).toBe(true)
    }
  })
})
