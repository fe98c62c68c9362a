import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { expectNear, movingQuarters, patches, pixelAt, quarterPixels, quarters } from '../../test/fixtures/patches.ts'
import { parseTransform } from '../domain/transform-options.ts'
import { describe as describeImage, render, type RenderOptions } from './render.ts'

/** Options as a URL has them. */
const wish = (text: string, format: RenderOptions['format'] = 'png'): RenderOptions => {
  const { width, format: _, onError: __, slowQuality: ___, ...rest } = parseTransform(text)
  return { ...rest, ...(typeof width === 'number' ? { width } : {}), format }
}

const { red, green, blue, yellow } = patches
type Corner = readonly [number, number, number]

/** Renders and looks into the four corners, two pixels from the edge. */
const corners = async (bytes: Uint8Array, options: string, frame = 0, format: 'png' | 'gif' | 'webp' = 'png') => {
  const rendered = await render({ bytes }, wish(options, format))
  const { width, height } = rendered
  const at = (left: number, top: number) => pixelAt(rendered.bytes, left, top, frame)
  return {
    size: [width, height],
    colours: [await at(2, 2), await at(width - 3, 2), await at(2, height - 3), await at(width - 3, height - 3)],
  }
}

const expectCorners = (found: readonly number[][], wanted: readonly Corner[]): void => {
  for (const [index, colour] of wanted.entries()) expectNear(found[index] ?? [], colour, 16)
}

describe('turns', () => {
  test.each<[string, [number, number], Corner[]]>([
    ['rotate=90', [40, 60], [blue, red, yellow, green]],
    ['rotate=180', [60, 40], [yellow, blue, green, red]],
    ['rotate=270', [40, 60], [green, yellow, red, blue]],
    ['flip=h', [60, 40], [green, red, yellow, blue]],
    ['flip=v', [60, 40], [blue, yellow, red, green]],
    ['flip=hv', [60, 40], [yellow, blue, green, red]],
    ['flip=h,rotate=90', [40, 60], [yellow, green, blue, red]],
    ['rotate=90,flip=v', [40, 60], [red, blue, green, yellow]],
    ['rotate=90,w=20', [20, 30], [blue, red, yellow, green]],
    ['rotate=90,w=30,h=30,fit=cover', [30, 30], [blue, red, yellow, green]],
    ['rotate=90,w=20,h=60,fit=cover,g=left', [20, 60], [blue, blue, yellow, yellow]],
    ['trim=0;30;0;0,rotate=90', [40, 30], [blue, red, blue, red]],
  ])('%s: flip, then rotate, then fit', async (options, size, wanted) => {
    for (const orientation of [1, 6, 7]) {
      // Stored so that it is shown as the quarters, whatever the camera's position.
      const stored = {
        1: await quarters(),
        6: await sharp(await quarters())
          .rotate(270)
          .png()
          .toBuffer(),
        7: await sharp(
          await sharp(await quarters())
            .rotate(270)
            .png()
            .toBuffer(),
        )
          .flop()
          .png()
          .toBuffer(),
      }[orientation]
      const bytes = await sharp(stored)
        .withMetadata({ orientation })
        .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
        .toBuffer()
      const found = await corners(bytes, options)
      expect([orientation, found.size]).toEqual([orientation, size])
      expectCorners(found.colours, wanted)
    }
  })

  test.each(['gif', 'webp'] as const)('work on each frame of an animation in %s', async (format) => {
    const bytes = await movingQuarters(format)
    for (const [options, first] of [
      ['rotate=90', [blue, red, yellow, green]],
      ['flip=v', [blue, yellow, red, green]],
      ['flip=h', [green, red, yellow, blue]],
    ] as const) {
      const found = await corners(bytes, options, 0, format)
      expectCorners(found.colours, first)
      const [a, b, c, d] = first
      const opposite: ReadonlyMap<Corner, Corner> = new Map<Corner, Corner>([
        [red, blue],
        [blue, red],
        [green, yellow],
        [yellow, green],
      ])
      const second = [a, b, c, d].map((colour) => opposite.get(colour) ?? colour)
      expectCorners((await corners(bytes, options, 1, format)).colours, second)
      const rendered = await render({ bytes }, wish(options, format))
      expect(await sharp(rendered.bytes, { pages: -1 }).metadata()).toMatchObject({
        pages: 3,
        delay: [100, 200, 300],
        loop: 2,
      })
    }
  })
})

describe('trim', () => {
  test.each<[string, [number, number], Corner[]]>([
    ['trim=0;30;20;0', [30, 20], [red, red, red, red]],
    ['trim=20;0;0;30', [30, 20], [yellow, yellow, yellow, yellow]],
    ['trim.left=30,trim.top=20', [30, 20], [yellow, yellow, yellow, yellow]],
    ['trim.left=20,trim.width=20', [20, 40], [red, green, blue, yellow]],
    ['trim.width=30,trim.height=999', [30, 40], [red, red, blue, blue]],
    ['trim=0;15;10;0,dpr=2', [30, 20], [red, red, red, red]],
    ['trim=0;30;0;0,w=15', [15, 20], [red, red, blue, blue]],
  ])('%s', async (options, size, wanted) => {
    const found = await corners(await quarters(), options)
    expect(found.size).toEqual(size)
    expectCorners(found.colours, wanted)
  })

  test('leaves something or says so', async () => {
    for (const options of ['trim=20;0;20;0', 'trim=0;99999;0;0', 'trim.left=60'])
      await expect(corners(await quarters(), options)).rejects.toMatchObject({ code: 'bad_request', pointer: 'trim' })
  })

  test('finds a border of one colour, whatever way the picture is held', async () => {
    const framed = await sharp(await quarters())
      .extend({ top: 7, left: 11, bottom: 5, right: 3, background: 'white' })
      .png()
      .toBuffer()
    const sideways = await sharp(await sharp(framed).rotate(270).png().toBuffer())
      .withMetadata({ orientation: 6 })
      .png()
      .toBuffer()
    for (const bytes of [framed, sideways]) {
      const found = await corners(bytes, 'trim=border')
      expect(found.size).toEqual([60, 40])
      expectCorners(found.colours, [red, green, blue, yellow])
    }
    expect((await corners(framed, 'trim.border.keep=2')).size).toEqual([64, 44])
    expect((await corners(framed, 'trim.border.color=red')).size).toEqual([74, 52])
    expect(await describeImage({ bytes: framed }, wish('trim=border,w=30'))).toEqual({
      width: 30,
      height: 20,
      frameCount: 1,
      original: { width: 74, height: 52 },
    })
  })
})

describe('gravity', () => {
  test.each<[string, Corner[]]>([
    ['g=left', [red, red, blue, blue]],
    ['g=right', [green, green, yellow, yellow]],
    ['g=center', [red, green, blue, yellow]],
    ['g=0x1', [red, red, blue, blue]],
    ['g=1x0', [green, green, yellow, yellow]],
  ])('%s of a picture that is too wide', async (gravity, wanted) => {
    expect.hasAssertions()
    expectCorners((await corners(await quarters(), `w=20,h=40,fit=cover,${gravity}`)).colours, wanted)
    expectCorners(
      (await corners(await movingQuarters('gif'), `w=20,h=40,fit=crop,${gravity}`, 0, 'gif')).colours,
      wanted,
    )
  })

  test('a point is a share of what hangs over', async () => {
    expect.hasAssertions()
    // 40 pixels hang over; a quarter of them is cut on the left.
    const rendered = await render({ bytes: await quarters() }, wish('w=20,h=40,fit=cover,g=0.5x0.5'))
    expectNear(await pixelAt(rendered.bytes, 8, 5), red)
    expectNear(await pixelAt(rendered.bytes, 11, 5), green)
    const quarter = await render({ bytes: await quarters() }, wish('w=20,h=40,fit=cover,g=.625x0'))
    expectNear(await pixelAt(quarter.bytes, 3, 5), red)
    expectNear(await pixelAt(quarter.bytes, 7, 5), green)
  })

  test.each(['auto', 'entropy'])('%s keeps the only thing there is to see, in animations too', async (gravity) => {
    const scene = Buffer.alloc(200 * 40 * 3, 240)
    const thing = quarterPixels(30, 30, [red, green, blue, yellow])
    for (let y = 0; y < 30; y++) thing.copy(scene, ((y + 5) * 200 + 165) * 3, y * 90, (y + 1) * 90)
    const still = await sharp(scene, { raw: { width: 200, height: 40, channels: 3 } })
      .png()
      .toBuffer()
    const raw = { width: 200, height: 80, channels: 3, pageHeight: 40 } as const
    const moving = await sharp(Buffer.concat([scene, scene]), { raw })
      .gif()
      .toBuffer()
    for (const [bytes, format] of [
      [still, 'png'],
      [moving, 'gif'],
    ] as const) {
      const rendered = await render({ bytes }, wish(`w=40,h=40,fit=cover,g=${gravity}`, format))
      const colours = await sharp(rendered.bytes).stats()
      // The middle of the crowd of greys alone would have no spread.
      expect(Math.max(...colours.channels.slice(0, 3).map(({ stdev }) => stdev))).toBeGreaterThan(50)
    }
  })
})

describe('fit', () => {
  test.each([
    ['fit=squeeze,w=40,h=40', [40, 40], [red, green, blue, yellow]],
    ['fit=squeeze,w=30', [30, 20], [red, green, blue, yellow]],
    ['fit=aspect-crop,w=400,h=400', [40, 40], [red, green, blue, yellow]],
    ['fit=scale-up,w=120,h=120', [120, 80], [red, green, blue, yellow]],
    ['fit=scale-up,w=20', [60, 40], [red, green, blue, yellow]],
    ['w=15,dpr=2', [30, 20], [red, green, blue, yellow]],
  ] as const)('%s', async (options, size, wanted) => {
    const found = await corners(await quarters(), options)
    expect(found.size).toEqual(size)
    expectCorners(found.colours, wanted)
  })

  test('pad fills with the background, in each frame', async () => {
    expect.hasAssertions()
    const orange = [255, 136, 0] as const
    expectCorners((await corners(await quarters(), 'w=60,h=90,fit=pad,background=%23f80')).colours, [
      orange,
      orange,
      orange,
      orange,
    ])
    const moving = await corners(await movingQuarters('webp'), 'w=60,h=90,fit=pad,background=%23f80', 1, 'webp')
    expectCorners(moving.colours, [orange, orange, orange, orange])
  })
})

describe('background', () => {
  const clear = () =>
    sharp({ create: { width: 20, height: 20, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } })
      .png()
      .toBuffer()

  test('is laid under what is transparent, in every format', async () => {
    expect.hasAssertions()
    for (const format of ['jpeg', 'png', 'webp', 'gif', 'avif'] as const) {
      const rendered = await render({ bytes: await clear() }, wish('background=%23f80', format))
      expectNear(await pixelAt(rendered.bytes, 9, 9), [255, 136, 0])
    }
  })

  test('may be translucent itself', async () => {
    expect.hasAssertions()
    const half = await render({ bytes: await clear() }, wish('background=rgb(255 136 0 / 50%25),w=20,h=30,fit=pad'))
    expectNear(await pixelAt(half.bytes, 9, 15), [255, 136, 0, 128], 2)
    expectNear(await pixelAt(half.bytes, 9, 1), [255, 136, 0, 128], 2)
    const onWhite = await render({ bytes: await clear() }, wish('background=rgb(255 136 0 / 50%25)', 'jpeg'))
    expectNear(await pixelAt(onWhite.bytes, 9, 9), [255, 196, 128], 4)
  })
})

const flat = (level: number) =>
  sharp({ create: { width: 20, height: 20, channels: 3, background: { r: level, g: level, b: level } } })
    .png()
    .toBuffer()

describe('effects', () => {
  test.each([
    ['brightness=2', 60, 120],
    ['brightness=.5', 60, 30],
    ['brightness=9', 60, 255],
    ['contrast=2', 160, 192],
    ['contrast=.5', 28, 78],
    ['gamma=2', 64, 128],
    ['gamma=.5', 128, 64],
    ['brightness=1,contrast=1,gamma=1,saturation=1,sharpen=0', 90, 90],
  ])('%s makes a grey of %i one of %i', async (options, before, after) => {
    expect.hasAssertions()
    const rendered = await render({ bytes: await flat(before) }, wish(options))
    expectNear(await pixelAt(rendered.bytes, 9, 9), [after, after, after], 2)
  })

  test('saturation 0 is greyscale, more is more', async () => {
    const spread = async (options: string): Promise<number> => {
      const [r = 0, g = 0, b = 0] = (await corners(await quarters(), options)).colours[2] ?? []
      return Math.max(r, g, b) - Math.min(r, g, b)
    }
    expect(await spread('saturation=0')).toBeLessThanOrEqual(2)
    expect(await spread('saturation=.4')).toBeLessThan(await spread('saturation=1'))
  })

  /** How far the steepest step between two neighbours in the middle row goes. */
  const steepest = async (options: string, format: 'png' | 'webp' = 'png', source = quarters(61, 41)) => {
    const rendered = await render({ bytes: await source }, wish(options, format))
    const { data, info } = await sharp(rendered.bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true })
    const row = 5 * info.width * 3
    return Math.max(
      ...Array.from({ length: info.width - 1 }, (_, x) =>
        Math.abs((data[row + x * 3] ?? 0) - (data[row + x * 3 + 3] ?? 0)),
      ),
    )
  }

  test('blur softens edges, and does not reach into the next frame', async () => {
    expect(await steepest('blur=10')).toBeLessThan(60)
    expect(await steepest('saturation=1')).toBeGreaterThan(190)
    const moving = await render({ bytes: await movingQuarters('webp') }, wish('blur=20', 'webp'))
    // The first frame ends blue, where the second begins blue too, and ends red where the third begins red: what lies
    // above each edge is its own frame's.
    expectNear(await pixelAt(moving.bytes, 2, 0, 0), red, 40)
    expectNear(await pixelAt(moving.bytes, 2, 39, 0), blue, 40)
    expectNear(await pixelAt(moving.bytes, 2, 0, 1), blue, 40)
  })

  test('sharpen steepens soft edges', async () => {
    const soft = await sharp(await quarters(61, 41))
      .blur(2)
      .png()
      .toBuffer()
    const plain = await steepest('saturation=1', 'png', Promise.resolve(soft))
    expect(await steepest('sharpen=5', 'png', Promise.resolve(soft))).toBeGreaterThan(plain)
  })
})

describe('border', () => {
  test('is drawn around the result after all else, times dpr', async () => {
    const found = await corners(await quarters(), 'w=30,blur=5,border.color=%23f80,border.width=5,border.left=10')
    expect(found.size).toEqual([45, 30])
    expectCorners(found.colours, [
      [255, 136, 0],
      [255, 136, 0],
      [255, 136, 0],
      [255, 136, 0],
    ])
    expect((await corners(await quarters(), 'w=15,dpr=2,border.width=5')).size).toEqual([50, 40])
  })

  test('is drawn around each frame', async () => {
    const moving = await corners(await movingQuarters('gif'), 'border.color=%23f80,border.width=5', 1, 'gif')
    expect(moving.size).toEqual([70, 50])
    expectCorners(moving.colours, [
      [255, 136, 0],
      [255, 136, 0],
      [255, 136, 0],
      [255, 136, 0],
    ])
  })
})

describe('encoding', () => {
  test('anim=false takes the first frame, in formats that move too', async () => {
    for (const format of ['gif', 'webp'] as const) {
      const rendered = await render({ bytes: await movingQuarters('gif') }, wish('anim=false', format))
      expect((await sharp(rendered.bytes, { pages: -1 }).metadata()).pages ?? 1).toBe(1)
      expectNear(await pixelAt(rendered.bytes, 2, 2), red)
    }
  })

  test('a baseline JPEG is not progressive', async () => {
    const bytes = await quarters(300, 200)
    const progressive = async (options: RenderOptions) =>
      (await sharp((await render({ bytes }, options)).bytes).metadata()).isProgressive
    expect(await progressive({ format: 'jpeg' })).toBe(true)
    expect(await progressive({ format: 'jpeg', baseline: true })).toBe(false)
  })

  test.each(['jpeg', 'png', 'gif', 'webp', 'avif'] as const)('compression=fast writes a good %s', async (format) => {
    expect.hasAssertions()
    const rendered = await render({ bytes: await quarters() }, wish('compression=fast', format))
    expectNear(await pixelAt(rendered.bytes, 9, 9), red, 16)
  })

  test('a side over the limit is refused before anything is decoded', async () => {
    for (const options of [
      'w=12001,fit=contain',
      'w=10000,h=10000,fit=pad,dpr=2',
      'border.width=6000',
      'w=1,h=90000,fit=cover',
    ])
      await expect(render({ bytes: await quarters() }, wish(options))).rejects.toMatchObject({
        code: 'image_area_too_large',
      })
  })
})
