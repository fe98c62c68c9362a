import { assert, property, uint8Array } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sampleImage } from '../../scripts/sample-images.ts'
import { gifOfFrames } from '../../test/fixtures/images.ts'
import { isWholeGif } from './gif.ts'

describe('isWholeGif', () => {
  it('accepts a whole animation, also with bytes behind its end', async () => {
    const { bytes } = await sampleImage('animation')
    expect(isWholeGif(bytes)).toBe(true)
    expect(isWholeGif(Buffer.concat([bytes, Buffer.from('trailing')]))).toBe(true)
  })

  it('refuses every shorter form of a GIF, also one that ends exactly between two frames', () => {
    const whole = gifOfFrames(4, 3)
    const lengths = Array.from({ length: whole.length }, (_, length) => length)
    expect(lengths.filter((length) => isWholeGif(whole.subarray(0, length)))).toEqual([])
    expect(isWholeGif(whole)).toBe(true)
  })

  it('tolerates zeros between blocks, and refuses any other stranger', () => {
    const whole = gifOfFrames(4, 1)
    const end = whole.length - 1
    const between = (stranger: number) => Buffer.concat([whole.subarray(0, end), Buffer.from([stranger, 0x3b])])
    expect(isWholeGif(between(0))).toBe(true)
    expect(isWholeGif(between(7))).toBe(false)
  })

  it('refuses a GIF without an image', () => {
    expect(isWholeGif(gifOfFrames(4, 0))).toBe(false)
  })

  it('ends for any bytes behind a header', () => {
    const header = gifOfFrames(4, 0).subarray(0, -1)
    assert(
      property(uint8Array({ maxLength: 300 }), (bytes) => {
        expect(isWholeGif(Buffer.concat([header, bytes]))).toBeTypeOf('boolean')
      }),
    )
  })
})
