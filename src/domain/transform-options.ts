import { parseColour, type Colour, white } from './colour.ts'
import { AppError } from './errors.ts'
import {
  type Border,
  exifPolicies,
  fits,
  type Gravity,
  type OutputFormat,
  outputFormats,
  type Transform,
  type Trim,
} from './transform.ts'

/** A complaint about one option: what it must be. */
const refuse = (name: string, must: string): AppError =>
  new AppError('bad_request', `The option ${name} ${must}.`, { pointer: name })

/** Asked for something that needs a model of the world: a wrong picture would be worse than none. */
const unable = (name: string, what: string): AppError =>
  new AppError('not_offered', `The option ${name} ${what}, which this server cannot do; leave it out.`, {
    pointer: name,
  })

/** Everything below reads one option's text. */
type Read<Value> = (text: string, name: string) => Value

const number =
  (least: number, most: number, form: 'whole' | 'any'): Read<number> =>
  (text, name) => {
    const value = (form === 'whole' ? /^\d{1,9}$/ : /^(\d{1,9}(\.\d{0,9})?|\.\d{1,9})$/).test(text) ? Number(text) : NaN
    if (value >= least && value <= most) return value
    throw refuse(name, `must be a ${form === 'whole' ? 'whole ' : ''}number from ${least} to ${most}`)
  }

const word =
  <const Word extends string>(words: readonly Word[]): Read<Word> =>
  (text, name) => {
    const found = words.find((known) => known === text)
    if (found !== undefined) return found
    const others = words.slice(0, -1).join(', ')
    throw refuse(name, `must be ${others === '' ? '' : `${others} or `}${words.at(-1)}`)
  }

const colour: Read<Colour> = (text, name) => {
  const parsed = parseColour(text)
  if (parsed) return parsed
  throw refuse(name, 'must be a CSS colour such as red, %23ff8800 or rgb(255%2C136%2C0)')
}

/** Pixels of a side; sizes beyond the limits are refused where the picture is known. */
const side = number(1, 100_000, 'whole')
const inset = number(0, 100_000, 'whole')
/** 0 means "leave it", as Cloudflare has it. */
const factor: Read<number | undefined> = (text, name) => number(0, 100, 'any')(text, name) || undefined

const qualityNames: Readonly<Record<string, number>> = { high: 90, 'medium-high': 80, 'medium-low': 60, low: 40 }

const quality: Read<number> = (text, name) => {
  const named = qualityNames[text]
  if (named !== undefined) return named
  if (/^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= 100) return Number(text)
  throw refuse(name, 'must be a whole number from 1 to 100, or high, medium-high, medium-low or low')
}

const gravityPoints: Readonly<Record<string, Gravity>> = {
  center: { x: 0.5, y: 0.5 },
  left: { x: 0, y: 0.5 },
  right: { x: 1, y: 0.5 },
  top: { x: 0.5, y: 0 },
  bottom: { x: 0.5, y: 1 },
  auto: 'auto',
  entropy: 'entropy',
}

const gravity: Read<Gravity> = (text, name) => {
  if (text === 'face') throw unable(name, 'asks for faces')
  const named = Object.hasOwn(gravityPoints, text) ? gravityPoints[text] : undefined
  if (named) return named
  const [, x, y] = /^(\d?\.?\d{1,9})x(\d?\.?\d{1,9})$/.exec(text) ?? []
  const point = { x: Number(x), y: Number(y) }
  if (point.x >= 0 && point.x <= 1 && point.y >= 0 && point.y <= 1) return point
  throw refuse(name, 'must be center, left, right, top, bottom, auto, entropy or fractions such as 0.2x0.8')
}

/** `top;right;bottom;left`, or `border`. */
const trim: Read<Trim> = (text, name) => {
  if (text === 'border') return { kind: 'border', colour: undefined, tolerance: 10, keep: 0 }
  const parts = text.split(';')
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,5}$/.test(part)))
    throw refuse(name, 'must be four whole numbers of pixels, top;right;bottom;left, or border')
  const [top = 0, right = 0, bottom = 0, left = 0] = parts.map(Number)
  return { kind: 'sides', top, right, bottom, left }
}

const onOff: Read<boolean> = (text, name) => word(['true', 'false'])(text, name) === 'true'

const rotations = { 0: undefined, 90: 90, 180: 180, 270: 270, 360: undefined } as const

type Draft = { -readonly [Name in keyof Transform]: Transform[Name] | undefined }
/** The parts of `trim.…` and `border.…`, put together at the end. */
type Parts = Map<string, string>

const set =
  <Name extends keyof Transform>(name: Name, read: Read<Draft[Name]>) =>
  (draft: Draft, text: string, spelled: string): void => {
    draft[name] = read(text, spelled)
  }

const readers: Readonly<Record<string, (draft: Draft, text: string, name: string) => void>> = {
  width: set('width', (text, name) => (text === 'auto' ? 'auto' : side(text, name))),
  height: set('height', side),
  fit: set('fit', word(fits)),
  gravity: set('gravity', gravity),
  dpr: set('dpr', (text, name) => {
    const value = number(0, 2, 'any')(text, name)
    if (value > 0) return value
    throw refuse(name, 'must be a number over 0 and up to 2')
  }),
  background: set('background', colour),
  quality: set('quality', quality),
  'slow-connection-quality': set('slowQuality', quality),
  format: set('format', (text, name): OutputFormat => {
    if (text === 'png-force') return 'png'
    return word(outputFormats)(text, name)
  }),
  anim: set('anim', onOff),
  metadata: set('exifPolicy', word(exifPolicies)),
  blur: set('blur', number(1, 250, 'any')),
  sharpen: set('sharpen', number(0, 10, 'any')),
  brightness: set('brightness', factor),
  contrast: set('contrast', factor),
  gamma: set('gamma', (text, name) => {
    const value = factor(text, name)
    if (value === undefined || (value >= 0.34 && value <= 3)) return value
    throw refuse(name, 'must be 0 or a number from 0.34 to 3')
  }),
  saturation: set('saturation', number(0, 100, 'any')),
  rotate: set('rotate', (text, name) => rotations[word(['0', '90', '180', '270', '360'])(text, name)]),
  flip: set('flip', word(['h', 'v', 'hv'])),
  trim: set('trim', trim),
  compression: set('compression', word(['fast'])),
  onerror: set('onError', word(['redirect'])),
  upscale: (_draft, text, name) => {
    if (word(['interpolate', 'generate'])(text, name) === 'generate') throw unable(name, 'asks for invented pixels')
  },
  segment: (_draft, _text, name) => {
    throw unable(name, 'asks for what is in the foreground')
  },
  zoom: (_draft, _text, name) => {
    throw unable(name, 'asks for faces')
  },
  draw: (_draft, _text, name) => {
    throw unable(name, 'asks for overlays')
  },
}

const aliases: Readonly<Record<string, string>> = {
  w: 'width',
  h: 'height',
  g: 'gravity',
  q: 'quality',
  scq: 'slow-connection-quality',
  f: 'format',
  'face-zoom': 'zoom',
}

const partNames: ReadonlySet<string> = new Set([
  ...['top', 'right', 'bottom', 'left', 'width', 'height', 'border.color', 'border.tolerance', 'border.keep'].map(
    (part) => `trim.${part}`,
  ),
  ...['color', 'width', 'top', 'right', 'bottom', 'left'].map((part) => `border.${part}`),
])

const part = <Value>(parts: Parts, name: string, read: Read<Value>): Value | undefined => {
  const text = parts.get(name)
  return text === undefined ? undefined : read(text, name)
}

const trimOf = (parts: Parts, whole: Trim | undefined): Trim | undefined => {
  const names = [...parts.keys()].filter((name) => name.startsWith('trim.'))
  if (names.length === 0) return whole
  const ofBorder = names.filter((name) => name.startsWith('trim.border.'))
  if (ofBorder.length > 0 || whole) {
    if (whole?.kind === 'sides' || ofBorder.length < names.length)
      throw refuse('trim', 'is given in two ways; keep either four numbers, or trim.top and the like, or trim.border')
    return {
      kind: 'border',
      colour: part(parts, 'trim.border.color', colour),
      tolerance: part(parts, 'trim.border.tolerance', number(0, 255, 'any')) ?? 10,
      keep: part(parts, 'trim.border.keep', inset) ?? 0,
    }
  }
  const top = part(parts, 'trim.top', inset) ?? 0
  const left = part(parts, 'trim.left', inset) ?? 0
  const [right, bottom] = [part(parts, 'trim.right', inset), part(parts, 'trim.bottom', inset)]
  const [width, height] = [part(parts, 'trim.width', side), part(parts, 'trim.height', side)]
  if (right === undefined && bottom === undefined) return { kind: 'area', top, left, width, height }
  if (width !== undefined || height !== undefined)
    throw refuse('trim', 'takes either trim.width and trim.height, or trim.right and trim.bottom')
  return { kind: 'sides', top, left, right: right ?? 0, bottom: bottom ?? 0 }
}

const borderOf = (parts: Parts): Border | undefined => {
  if (![...parts.keys()].some((name) => name.startsWith('border.'))) return undefined
  const width = part(parts, 'border.width', inset) ?? 0
  const sideOf = (name: string): number => part(parts, `border.${name}`, inset) ?? width
  return {
    colour: part(parts, 'border.color', colour) ?? white,
    top: sideOf('top'),
    right: sideOf('right'),
    bottom: sideOf('bottom'),
    left: sideOf('left'),
  }
}

const decoded: Read<string> = (text, name) => {
  try {
    return decodeURIComponent(text)
  } catch {
    throw refuse(name, 'is not well encoded: a % must be followed by two hex digits')
  }
}

const longestOptions = 2048

/** The options that are set, so that equal wishes have one form. */
const settled = (draft: Draft): Transform =>
  Object.fromEntries(Object.entries(draft).filter(([, value]) => value !== undefined))

/**
 * Reads options as they stand in a URL: `w=400,fit=cover`, each value percent-encoded where it has to be. The names and
 * their meaning are Cloudflare's (Images › Transformations), `trim.border.…` and `border.…` in the same notation.
 * @throws AppError `bad_request` for an option that is unknown, doubled or malformed, and for none at all;
 * `not_offered` for what Cloudflare does and we cannot: faces, segmentation, invented pixels, overlays.
 */
export const parseTransform = (text: string): Transform => {
  if (text.length > longestOptions) throw refuse('list', `must not be longer than ${longestOptions} characters`)
  const draft: Draft = {}
  const parts: Parts = new Map()
  const seen = new Set<string>()
  for (const option of text.split(',')) {
    const at = option.indexOf('=')
    const spelled = decoded(at === -1 ? option : option.slice(0, at), 'name').trim()
    const name = Object.hasOwn(aliases, spelled) ? (aliases[spelled] ?? spelled) : spelled
    const shown = JSON.stringify(spelled.slice(0, 40))
    if (at === -1) throw refuse(shown, 'has no value; write it as name=value')
    if (seen.has(name)) throw refuse(shown, 'is given twice')
    seen.add(name)
    const value = decoded(option.slice(at + 1), name).trim()
    if (partNames.has(name)) parts.set(name, value)
    else if (Object.hasOwn(readers, name)) readers[name]?.(draft, value, name)
    else throw refuse(shown, 'is not known')
  }
  return settled({ ...draft, trim: trimOf(parts, draft.trim), border: borderOf(parts) })
}
