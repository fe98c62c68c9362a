import { describe, expect, test } from 'vitest'
import type { ImageFormat } from '../domain/image.ts'
import { parseTransform } from '../domain/transform-options.ts'
import { accepts } from './accept.ts'
import { planRendition } from './rendition-plan.ts'

describe('WebP is taken', () => {
  test.each([
    ['image/webp', true],
    ['IMAGE/WEBP; q=0.1', true],
    ['image/avif, image/webp', true],
    ['image/webp;q=0', false],
    ['image/webp; q=0.000', false],
    ['image/*', false],
    ['*/*', false],
    ['', false],
    [undefined, false],
  ])('by those who accept %j: %j', (accept, taken) => {
    expect(accepts(accept, 'image/webp')).toBe(taken)
  })
})

const plan = (
  format: ImageFormat,
  options: string,
  headers: Record<string, string> = {},
  size = { width: 1000, height: 800 },
) => planRendition({ format, ...size }, parseTransform(options), (name) => headers[name])

const formatOf = (...wish: Parameters<typeof plan>): string => {
  const planned = plan(...wish)
  return planned.kind === 'rendition' ? planned.options.format : planned.kind
}

const chrome = { accept: 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8' }
const older = { accept: 'image/webp,*/*' }
const plain = { accept: '*/*' }
const huge = { width: 9000, height: 4000 }

describe('the format', () => {
  test.each<[ImageFormat, string, string, string, string]>([
    ['jpeg', 'w=400', 'avif', 'webp', 'jpeg'],
    ['png', 'w=400,f=auto', 'avif', 'webp', 'png'],
    ['heic', 'w=400', 'avif', 'webp', 'jpeg'],
    ['gif', 'w=400', 'webp', 'webp', 'gif'],
    ['gif', 'w=400,anim=false', 'avif', 'webp', 'gif'],
    ['webp', 'w=400', 'webp', 'webp', 'webp'],
    ['avif', 'w=400', 'avif', 'webp', 'avif'],
    ['jpeg', 'f=avif', 'avif', 'avif', 'avif'],
    ['gif', 'f=avif', 'webp', 'webp', 'webp'],
    ['png', 'f=webp', 'webp', 'webp', 'webp'],
    ['png', 'f=jpeg', 'jpeg', 'jpeg', 'jpeg'],
    ['png', 'f=baseline-jpeg', 'jpeg', 'jpeg', 'jpeg'],
    ['webp', 'f=png', 'png', 'png', 'png'],
    ['jpeg', 'compression=fast', 'jpeg', 'jpeg', 'jpeg'],
    ['png', 'compression=fast', 'webp', 'webp', 'png'],
    ['svg', 'w=400,f=png', 'drawing', 'drawing', 'drawing'],
    ['svg', 'f=json', 'description', 'description', 'description'],
    ['jpeg', 'f=json', 'description', 'description', 'description'],
  ])('of a %s with %s is %s for new browsers, %s for older ones, %s for the rest', (format, options, ...wanted) => {
    expect([chrome, older, plain].map((headers) => formatOf(format, options, headers))).toEqual(wanted)
  })

  test('is no AVIF that would take seconds, and no WebP that cannot be', () => {
    expect(formatOf('jpeg', 'w=1201', chrome, huge)).toBe('webp')
    expect(formatOf('jpeg', 'w=1201', { accept: 'image/avif' }, huge)).toBe('jpeg')
    expect(formatOf('jpeg', 'f=avif', plain, huge)).toBe('webp')
    expect(formatOf('avif', 'w=1201', plain, huge)).toBe('jpeg')
  })

  test('of pixels is never a drawing', () => {
    expect(() => plan('png', 'f=svg')).toThrow(expect.objectContaining({ code: 'image_format_unsupported' }))
  })

  test('varies by what decided it', () => {
    expect(plan('png', 'w=1').vary).toEqual(['Accept'])
    expect(plan('png', 'f=png').vary).toEqual([])
    expect(plan('png', 'f=webp,w=auto').vary).toContain('Sec-CH-Width')
    expect(plan('png', 'f=webp,scq=50').vary).toEqual(['RTT', 'Save-Data', 'ECT', 'Downlink'])
    expect(plan('svg', 'w=1').vary).toEqual([])
  })
})

const optionsOf = (...wish: Parameters<typeof plan>) => {
  const planned = plan(...wish)
  return planned.kind === 'rendition' ? planned.options : undefined
}

describe('what the browser says of itself', () => {
  test.each<[Record<string, string>, number | undefined]>([
    [{}, undefined],
    [{ 'sec-ch-width': '321' }, 400],
    [{ width: '400' }, 400],
    [{ 'sec-ch-viewport-width': '360', 'sec-ch-dpr': '2' }, 800],
    [{ 'viewport-width': '360', dpr: '9' }, 800],
    [{ width: '-5' }, undefined],
    [{ width: '1e9' }, undefined],
  ])('%j makes w=auto %j', (headers, width) => {
    expect(optionsOf('png', 'w=auto', headers)?.width).toBe(width)
  })

  test.each<[Record<string, string>, number]>([
    [{}, 80],
    [{ rtt: '150' }, 80],
    [{ rtt: '151' }, 30],
    [{ 'save-data': 'on' }, 30],
    [{ ect: '3g' }, 30],
    [{ ect: '4g' }, 80],
    [{ downlink: '4.9' }, 30],
    [{ downlink: '5' }, 80],
  ])('%j makes the quality %i', (headers, quality) => {
    expect(optionsOf('png', 'q=80,scq=30', headers)?.quality).toBe(quality)
  })
})

describe('the name of a rendition', () => {
  test('is another for other options, formats and hints', () => {
    const names = [
      'w=1',
      'w=2',
      'h=1',
      'w=1,q=5',
      'w=1,metadata=keep',
      'w=1,f=webp',
      'w=1,f=json',
      'w=1,g=left',
      'w=1,g=0x0',
      'w=1,f=jpeg',
      'w=1,f=baseline-jpeg',
    ].map((options) => plan('png', options).name)
    expect(new Set(names).size).toBe(names.length)
  })

  test('is the same for the same, however it was said', () => {
    expect(plan('png', 'h=2,w=1').name).toBe(plan('png', 'width=1,height=2,f=auto,onerror=redirect').name)
    expect(plan('png', 'w=1', older).name).toBe(plan('png', 'w=1,f=webp').name)
  })
})

test('a wish that no image can be given is refused before a byte is read', () => {
  expect(() => plan('png', 'w=20000,fit=contain')).toThrow(expect.objectContaining({ code: 'image_area_too_large' }))
  expect(() => plan('png', 'trim=400;0;400;0')).toThrow(expect.objectContaining({ code: 'bad_request' }))
})
