import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { painting, sampleImage, sampleNames } from '../../scripts/sample-images.ts'
import {
  brokenImage,
  brokenNames,
  gifOfFrames,
  pngChunk,
  pngHead,
  scriptedDrawing,
} from '../../test/fixtures/images.ts'
import { temporaryFolder } from '../../test/ground/temporary.ts'
import { AppError } from '../domain/errors.ts'
import { mimeTypes } from './formats.ts'
import { defaultLimits } from './limits.ts'
import { probe } from './probe.ts'

const failureOf = async (bytes: Uint8Array, limits = defaultLimits): Promise<AppError> => {
  const outcome: unknown = await probe({ bytes }, limits).catch((error: unknown) => error)
  if (outcome instanceof AppError) return outcome
  throw new Error(`expected a refusal, got ${JSON.stringify(outcome)}`)
}

describe('probe', () => {
  it.each(sampleNames)('tells the format, the shown size and the frames of the sample "%s"', async (name) => {
    const sample = await sampleImage(name)
    const facts = await probe({ bytes: sample.bytes })
    expect(facts).toMatchObject({ width: sample.width, height: sample.height, frameCount: sample.frameCount })
    expect(mimeTypes[facts.format]).toBe(sample.mime)
  })

  it('tells transparency and orientation', async () => {
    expect(await probe({ bytes: (await sampleImage('transparent')).bytes })).toMatchObject({ hasAlpha: true })
    const photo = await probe({ bytes: (await sampleImage('photo')).bytes })
    expect(photo).toEqual({ format: 'jpeg', width: 1200, height: 1600, frameCount: 1, hasAlpha: false, orientation: 6 })
  })

  it('reads a file by its path and says the same as for its bytes', async () => {
    const { bytes } = await sampleImage('webp')
    const path = join(temporaryFolder(), 'named-wrongly.png')
    await writeFile(path, bytes)
    expect(await probe({ path })).toEqual(await probe({ bytes }))
  })

  it('passes on the file system’s own word for a path that is not there', async () => {
    await expect(probe({ path: join(temporaryFolder(), 'missing') })).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it.each(brokenNames)(
    'refuses the broken file "%s" with its code and a sentence that names the field',
    async (name) => {
      const { bytes, refusedAs } = await brokenImage(name)
      const failure = await failureOf(bytes)
      expect(failure.code).toBe(refusedAs)
      expect(failure.pointer).toBe('file')
      expect(failure.message).toMatch(/^[A-Z].*\.$/)
    },
  )

  it('names the formats it knows and does not take', async () => {
    expect((await failureOf((await brokenImage('tiff')).bytes)).message).toContain('The file is TIFF')
    expect((await failureOf((await brokenImage('pageNamedJpeg')).bytes)).message).toContain('The file is HTML')
  })

  it.each(['photo', 'transparent', 'animation', 'webp', 'movingWebp', 'avif', 'drawing'] as const)(
    'never accepts "%s" cut off at any tenth of its length',
    async (name) => {
      const { bytes } = await sampleImage(name)
      for (let tenth = 0; tenth < 10; tenth++) {
        const cut = bytes.subarray(0, Math.floor((bytes.length * tenth) / 10))
        expect((await failureOf(cut)).code).toMatch(/^image_(undecodable|format_unsupported)$/)
      }
    },
  )

  it('accepts an animation of many tiny frames, which costs little, and counts them', async () => {
    expect(await probe({ bytes: gifOfFrames(1, 5000) })).toMatchObject({ frameCount: 5000, width: 1, height: 1 })
  })

  it('exempts WebP from the longest side, and no other format', async () => {
    const wide = painting({ width: 12_100, height: 4, channels: 3, sun: 0.5 })
    expect(await probe({ bytes: await wide.clone().webp({ effort: 0 }).toBuffer() })).toMatchObject({ width: 12_100 })
    expect((await failureOf(await wide.clone().jpeg().toBuffer())).code).toBe('image_area_too_large')
  })

  it('judges a picture by the limits that are handed in', async () => {
    const { bytes } = await sampleImage('animation')
    expect((await failureOf(bytes, { ...defaultLimits, areaPixels: 160 * 120 * 8 - 1 })).code).toBe(
      'animation_too_large',
    )
    expect((await failureOf(bytes, { ...defaultLimits, sidePixels: 159 })).code).toBe('image_area_too_large')
    expect((await failureOf(bytes, { ...defaultLimits, fileBytes: bytes.length - 1 })).code).toBe('image_too_large')
    expect(await probe({ bytes }, { ...defaultLimits, areaPixels: 160 * 120 * 8 })).toMatchObject({ frameCount: 8 })
  })

  it('is not impressed by compressed text that expands without end', async () => {
    const zeros = Buffer.concat([Buffer.from('k\0\0', 'latin1'), deflateSync(Buffer.alloc(50_000_000))])
    const picture = pngChunk('IDAT', deflateSync(Buffer.alloc(21 * 20)))
    const bomb = Buffer.concat([
      pngHead(20, 20),
      pngChunk('zTXt', zeros),
      pngChunk('iCCP', zeros),
      picture,
      pngChunk('IEND', Buffer.alloc(0)),
    ])
    const before = process.memoryUsage().rss
    expect(await probe({ bytes: bomb })).toMatchObject({ width: 20, height: 20 })
    expect(process.memoryUsage().rss - before).toBeLessThan(40_000_000)
  })

  it('ignores the orientation of an animation, as it is rendered', async () => {
    const { bytes } = await sampleImage('movingWebp')
    const turned = await sharp(bytes, { pages: -1 }).withMetadata({ orientation: 6 }).webp({ effort: 0 }).toBuffer()
    expect(await probe({ bytes: turned })).toMatchObject({ width: 160, height: 120, orientation: 6, frameCount: 6 })
  })

  it('accepts a scripted drawing without running or loading anything, since it is served under a policy', async () => {
    expect(await probe({ bytes: scriptedDrawing.bytes })).toMatchObject({ format: 'svg', width: 40, height: 30 })
  })

  it('refuses a drawing beyond its own limit of bytes', async () => {
    const { bytes } = await sampleImage('drawing')
    expect((await failureOf(bytes, { ...defaultLimits, svgBytes: bytes.length - 1 })).code).toBe('image_too_large')
  })
})
