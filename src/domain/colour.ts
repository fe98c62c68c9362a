/** A colour: red, green and blue from 0 to 255, alpha from 0 (clear) to 1 (opaque). */
export type Colour = { readonly r: number; readonly g: number; readonly b: number; readonly alpha: number }

export const white: Colour = { r: 255, g: 255, b: 255, alpha: 1 }

/** CSS Color 4 §6.1, the named colours, each with its six digits. */
const names: ReadonlyMap<string, string> = new Map(
  [
    ...`aliceblue f0f8ff antiquewhite faebd7 aqua 00ffff aquamarine 7fffd4 azure f0ffff beige f5f5dc bisque ffe4c4
  black 000000 blanchedalmond ffebcd blue 0000ff blueviolet 8a2be2 brown a52a2a burlywood deb887 cadetblue 5f9ea0
  chartreuse 7fff00 chocolate d2691e coral ff7f50 cornflowerblue 6495ed cornsilk fff8dc crimson dc143c cyan 00ffff
  darkblue 00008b darkcyan 008b8b darkgoldenrod b8860b darkgray a9a9a9 darkgreen 006400 darkgrey a9a9a9
  darkkhaki bdb76b darkmagenta 8b008b darkolivegreen 556b2f darkorange ff8c00 darkorchid 9932cc darkred 8b0000
  darksalmon e9967a darkseagreen 8fbc8f darkslateblue 483d8b darkslategray 2f4f4f darkslategrey 2f4f4f
  darkturquoise 00ced1 darkviolet 9400d3 deeppink ff1493 deepskyblue 00bfff dimgray 696969 dimgrey 696969
  dodgerblue 1e90ff firebrick b22222 floralwhite fffaf0 forestgreen 228b22 fuchsia ff00ff gainsboro dcdcdc
  ghostwhite f8f8ff gold ffd700 goldenrod daa520 gray 808080 green 008000 greenyellow adff2f grey 808080
  honeydew f0fff0 hotpink ff69b4 indianred cd5c5c indigo 4b0082 ivory fffff0 khaki f0e68c lavender e6e6fa
  lavenderblush fff0f5 lawngreen 7cfc00 lemonchiffon fffacd lightblue add8e6 lightcoral f08080 lightcyan e0ffff
  lightgoldenrodyellow fafad2 lightgray d3d3d3 lightgreen 90ee90 lightgrey d3d3d3 lightpink ffb6c1
  lightsalmon ffa07a lightseagreen 20b2aa lightskyblue 87cefa lightslategray 778899 lightslategrey 778899
  lightsteelblue b0c4de lightyellow ffffe0 lime 00ff00 limegreen 32cd32 linen faf0e6 magenta ff00ff maroon 800000
  mediumaquamarine 66cdaa mediumblue 0000cd mediumorchid ba55d3 mediumpurple 9370db mediumseagreen 3cb371
  mediumslateblue 7b68ee mediumspringgreen 00fa9a mediumturquoise 48d1cc mediumvioletred c71585 midnightblue 191970
  mintcream f5fffa mistyrose ffe4e1 moccasin ffe4b5 navajowhite ffdead navy 000080 oldlace fdf5e6 olive 808000
  olivedrab 6b8e23 orange ffa500 orangered ff4500 orchid da70d6 palegoldenrod eee8aa palegreen 98fb98
  paleturquoise afeeee palevioletred db7093 papayawhip ffefd5 peachpuff ffdab9 peru cd853f pink ffc0cb plum dda0dd
  powderblue b0e0e6 purple 800080 rebeccapurple 663399 red ff0000 rosybrown bc8f8f royalblue 4169e1
  saddlebrown 8b4513 salmon fa8072 sandybrown f4a460 seagreen 2e8b57 seashell fff5ee sienna a0522d silver c0c0c0
  skyblue 87ceeb slateblue 6a5acd slategray 708090 slategrey 708090 snow fffafa springgreen 00ff7f steelblue 4682b4
  tan d2b48c teal 008080 thistle d8bfd8 tomato ff6347 transparent 00000000 turquoise 40e0d0 violet ee82ee
  wheat f5deb3 white ffffff whitesmoke f5f5f5 yellow ffff00 yellowgreen 9acd32`.matchAll(/(\S+)\s+(\S+)/g),
  ].map(([, name = '', digits = '']): [string, string] => [name, digits]),
)

const ofDigits = (digits: string): Colour => {
  const long = digits.length < 6 ? digits.replace(/./g, '$&$&') : digits
  const byte = (at: number): number => Number.parseInt(long.slice(at, at + 2), 16)
  return { r: byte(0), g: byte(2), b: byte(4), alpha: long.length === 8 ? byte(6) / 255 : 1 }
}

const clamp = (value: number, most: number): number => Math.min(most, Math.max(0, value))

/** A number or a percentage of `whole`. */
const amount = (text: string, whole: number): number =>
  text.endsWith('%') ? (Number(text.slice(0, -1)) / 100) * whole : Number(text)

const angles: Readonly<Record<string, number>> = { deg: 1, grad: 0.9, rad: 180 / Math.PI, turn: 360 }

const degrees = (text: string): number => {
  const [, value, unit = 'deg'] = /^(.*?)(deg|grad|rad|turn)?$/.exec(text) ?? []
  return Number(value) * (angles[unit] ?? 1)
}

/** CSS Color 4 §7.1: hue in degrees, saturation and lightness from 0 to 1. */
const ofHsl = (hue: number, saturation: number, lightness: number): Pick<Colour, 'r' | 'g' | 'b'> => {
  const spread = saturation * Math.min(lightness, 1 - lightness)
  const channel = (offset: number): number => {
    const step = (((offset + hue / 30) % 12) + 12) % 12
    return Math.round(255 * (lightness - spread * Math.max(-1, Math.min(step - 3, 9 - step, 1))))
  }
  return { r: channel(0), g: channel(8), b: channel(4) }
}

const functionForm = /^(rgb|hsl)a?\(\s*([^()]*?)\s*\)$/

const ofFunction = (text: string): Colour | undefined => {
  const [, kind, inside = ''] = functionForm.exec(text) ?? []
  if (kind === undefined) return undefined
  const [first = '', second = '', third = '', opacity = '1', ...more] = inside.split(/\s*[,/]\s*|\s+/)
  if (more.length > 0 || ![first, second, third, opacity].every((part) => /^[+-]?[\d.]+(%|[a-z]+)?$/.test(part)))
    return undefined
  const alpha = clamp(amount(opacity, 1), 1)
  const rgb =
    kind === 'rgb'
      ? { r: clamp(amount(first, 255), 255), g: clamp(amount(second, 255), 255), b: clamp(amount(third, 255), 255) }
      : ofHsl(degrees(first), clamp(amount(second, 100) / 100, 1), clamp(amount(third, 100) / 100, 1))
  const colour = { r: Math.round(rgb.r), g: Math.round(rgb.g), b: Math.round(rgb.b), alpha }
  return Object.values(colour).every(Number.isFinite) ? colour : undefined
}

const longestColour = 64

/** A CSS colour: a name, `#rgb`, `#rgba`, `#rrggbb`, `#rrggbbaa`, `rgb()` or `hsl()` in either notation. */
export const parseColour = (text: string): Colour | undefined => {
  const wanted = text.trim().toLowerCase()
  if (wanted.length > longestColour) return undefined
  const digits = names.get(wanted) ?? /^#([\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})$/.exec(wanted)?.[1]
  return digits === undefined ? ofFunction(wanted) : ofDigits(digits)
}

/** The opaque colour that is seen when one is laid over another, itself opaque. */
export const laidOver = (above: Colour, below: Colour): Colour => {
  const mix = (one: number, other: number): number => Math.round(one * above.alpha + other * (1 - above.alpha))
  return { r: mix(above.r, below.r), g: mix(above.g, below.g), b: mix(above.b, below.b), alpha: 1 }
}
