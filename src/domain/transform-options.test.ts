import { describe, expect, test } from 'vitest'
import { AppError } from './errors.ts'
import { parseTransform } from './transform-options.ts'

const orange = { r: 255, g: 136, b: 0, alpha: 1 }

describe('options in a URL', () => {
  test.each<[string, object]>([
    ['width=400', { width: 400 }],
    ['w=400,h=300', { width: 400, height: 300 }],
    ['w=auto', { width: 'auto' }],
    ['fit=aspect-crop', { fit: 'aspect-crop' }],
    ['fit=scale-up,w=1', { fit: 'scale-up', width: 1 }],
    ['gravity=left', { gravity: { x: 0, y: 0.5 } }],
    ['g=0x1', { gravity: { x: 0, y: 1 } }],
    ['g=0.25x.75', { gravity: { x: 0.25, y: 0.75 } }],
    ['g=auto', { gravity: 'auto' }],
    ['g=entropy', { gravity: 'entropy' }],
    ['dpr=1.5', { dpr: 1.5 }],
    ['background=%23ff8800', { background: orange }],
    ['background=rgb%28255%2C136%2C0%29', { background: orange }],
    ['background=rgb(255%20136%200)', { background: orange }],
    ['q=1', { quality: 1 }],
    ['quality=medium-low', { quality: 60 }],
    ['scq=50', { slowQuality: 50 }],
    ['slow-connection-quality=low', { slowQuality: 40 }],
    ['f=auto', { format: 'auto' }],
    ['format=baseline-jpeg', { format: 'baseline-jpeg' }],
    ['format=png-force', { format: 'png' }],
    ['format=json', { format: 'json' }],
    ['anim=false', { anim: false }],
    ['metadata=keep', { exifPolicy: 'keep' }],
    ['blur=250', { blur: 250 }],
    ['sharpen=0.5', { sharpen: 0.5 }],
    ['brightness=0,contrast=0,gamma=0', {}],
    ['brightness=1.2,contrast=.8,gamma=2', { brightness: 1.2, contrast: 0.8, gamma: 2 }],
    ['saturation=0', { saturation: 0 }],
    ['rotate=270', { rotate: 270 }],
    ['rotate=0', {}],
    ['rotate=360,w=2', { width: 2 }],
    ['flip=hv', { flip: 'hv' }],
    ['trim=20;30;40;0', { trim: { kind: 'sides', top: 20, right: 30, bottom: 40, left: 0 } }],
    ['trim=20%3B30%3B40%3B0', { trim: { kind: 'sides', top: 20, right: 30, bottom: 40, left: 0 } }],
    ['trim.top=5,trim.left=6,trim.width=7', { trim: { kind: 'area', top: 5, left: 6, width: 7, height: undefined } }],
    ['trim.bottom=3', { trim: { kind: 'sides', top: 0, right: 0, bottom: 3, left: 0 } }],
    ['trim=border', { trim: { kind: 'border', colour: undefined, tolerance: 10, keep: 0 } }],
    [
      'trim.border.color=%23f80,trim.border.tolerance=3,trim.border.keep=2',
      { trim: { kind: 'border', colour: orange, tolerance: 3, keep: 2 } },
    ],
    [
      'border.color=%23f80,border.width=4,border.top=9',
      { border: { colour: orange, top: 9, right: 4, bottom: 4, left: 4 } },
    ],
    ['upscale=interpolate', {}],
    ['compression=fast', { compression: 'fast' }],
    ['onerror=redirect', { onError: 'redirect' }],
  ])('%s', (text, wish) => {
    expect(parseTransform(text)).toEqual(wish)
  })

  test.each([
    ['', 'has no value'],
    ['width', 'has no value'],
    ['width=', 'must be a whole number from 1 to 100000'],
    ['width=0', 'must be a whole number'],
    ['width=-1', 'must be a whole number'],
    ['width=1e3', 'must be a whole number'],
    ['width=12.5', 'must be a whole number'],
    ['height=auto', 'must be a whole number'],
    ['w=1,width=2', 'is given twice'],
    ['w=1,w=1', 'is given twice'],
    ['fit=fill', 'must be scale-down, contain'],
    ['fit=constructor', 'must be'],
    ['gravity=north', 'must be center'],
    ['gravity=2x0', 'must be center'],
    ['gravity=.x.', 'must be center'],
    ['gravity=toString', 'must be center'],
    ['dpr=0', 'must be a number over 0'],
    ['dpr=3', 'must be a number from 0 to 2'],
    ['background=reddish', 'must be a CSS colour'],
    ['quality=0', 'must be a whole number from 1 to 100'],
    ['quality=101', 'must be a whole number from 1 to 100'],
    ['quality=best', 'must be a whole number from 1 to 100'],
    ['scq=0', 'must be a whole number from 1 to 100'],
    ['format=tiff', 'must be auto, avif'],
    ['anim=yes', 'must be true or false'],
    ['metadata=all', 'must be keep, copyright or none'],
    ['blur=0.5', 'must be a number from 1 to 250'],
    ['blur=251', 'must be a number from 1 to 250'],
    ['sharpen=11', 'must be a number from 0 to 10'],
    ['brightness=-1', 'must be a number from 0 to 100'],
    ['contrast=NaN', 'must be a number from 0 to 100'],
    ['gamma=9', 'must be 0 or a number from 0.34 to 3'],
    ['saturation=Infinity', 'must be a number from 0 to 100'],
    ['rotate=45', 'must be 0, 90, 180, 270 or 360'],
    ['flip=vh', 'must be h, v or hv'],
    ['trim=1;2;3', 'must be four whole numbers'],
    ['trim=1;2;3;-4', 'must be four whole numbers'],
    ['trim=1;2;3;4,trim.top=1', 'is given in two ways'],
    ['trim=border,trim.top=1', 'is given in two ways'],
    ['trim.top=1,trim.border.keep=1', 'is given in two ways'],
    ['trim.width=5,trim.right=5', 'takes either'],
    ['trim.width=0', 'must be a whole number from 1'],
    ['trim.border.tolerance=256', 'must be a number from 0 to 255'],
    ['border.color=nope', 'must be a CSS colour'],
    ['border.width=x', 'must be a whole number'],
    ['compression=slow', 'must be fast'],
    ['onerror=ignore', 'must be redirect'],
    ['upscale=yes', 'must be interpolate or generate'],
    ['width=%zz', 'is not well encoded'],
    ['%zz=1', 'is not well encoded'],
    ['colour=red', 'is not known'],
    ['__proto__=1', 'is not known'],
    ['constructor=1', 'is not known'],
    ['w=1,,h=2', 'has no value'],
    [`w=1,${'x'.repeat(3000)}`, 'must not be longer'],
  ])('%j is refused: it %s', (text, fault) => {
    expect(() => parseTransform(text)).toThrow(new RegExp(`^The option .*${fault}`))
    expect(() => parseTransform(text)).toThrow(expect.objectContaining({ code: 'bad_request' }))
  })

  test.each(['gravity=face', 'zoom=0.5', 'face-zoom=1', 'segment=foreground', 'upscale=generate', 'draw=x'])(
    '%s asks for what cannot be done, and is told so instead of shown a wrong picture',
    (text) => {
      const parse = (): unknown => parseTransform(`w=10,${text}`)
      expect(parse).toThrow(AppError)
      expect(parse).toThrow(expect.objectContaining({ code: 'not_offered' }))
      expect(parse).toThrow('which this server cannot do')
    },
  )
})
