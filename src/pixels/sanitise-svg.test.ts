import { describe, expect, test } from 'vitest'
import { sampleImage } from '../../scripts/sample-images.ts'
import { sanitiseDrawing } from './drawing.ts'
import { sanitiseSvg } from './sanitise-svg.ts'

const clean = (inside: string): string =>
  Buffer.from(
    sanitiseSvg(
      Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">${inside}</svg>`),
    ),
  ).toString()

describe('a drawing made harmless', () => {
  test.each([
    ['a script', '<script>alert(1)</script>'],
    ['a script from elsewhere', '<script href="https://evil.example/x.js"/>'],
    ['a script with a prefix', '<x:script xmlns:x="http://www.w3.org/2000/svg">alert(1)</x:script>'],
    ['a script in a hidden corner', '<g><defs><symbol><script>alert(1)</script></symbol></defs></g>'],
    ['an event', '<rect onload="alert(1)" onclick=\'alert(2)\' ONMOUSEOVER="alert(3)"/>'],
    ['a script as a link', '<a href="javascript:alert(1)"><rect/></a>'],
    ['a script as an encoded link', '<a xlink:href="java&#x09;script:alert(1)"><rect/></a>'],
    ['a link that an animation makes', '<a><animate attributeName="href" values="javascript:alert(1)"/></a>'],
    ['an event that an animation makes', '<set attributeName="onmouseover" to="alert(1)"/>'],
    [
      'a page',
      '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><iframe src="https://evil.example"/>alert</body></foreignObject>',
    ],
    ['a picture from elsewhere', '<image href="https://evil.example/x.png"/>'],
    ['a file', '<image xlink:href="file:///etc/passwd"/>'],
    ['a drawing in a drawing', '<image href="data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIi8+"/>'],
    ['a part of another drawing', '<use href="https://evil.example/x.svg#a"/>'],
    ['a colour from elsewhere', '<rect fill="url(https://evil.example/x#a)"/>'],
    ['a filter from elsewhere', '<rect style="filter:url( \'//evil.example/f#x\' )"/>'],
    ['an import', '<style>@import "https://evil.example/x.css";</style>'],
    ['an escaped import', '<style>@\\69mport "https://evil.example/x.css";</style>'],
    ['a font from elsewhere', '<style>@font-face{font-family:x;src:url(https://evil.example/x)}</style>'],
    ['a hidden address', '<style>a{background:u/**/rl(https://evil.example)}</style>'],
    ['a style that ends early', '<style>&lt;/style&gt;&lt;script&gt;alert(1)&lt;/script&gt;</style>'],
    ['a style in CDATA', '<style><![CDATA[</style><script>alert(1)</script>]]></style>'],
    ['a handler', '<handler type="text/javascript">alert(1)</handler>'],
  ])('has lost %s', (_, hostile) => {
    const result = clean(`${hostile}<circle r="3"/>`)
    expect(result).toContain('<circle r="3"')
    expect(result).not.toMatch(/<script|alert\(|evil|javascript|passwd|iframe|svg\+xml|import/i)
  })

  test.each([
    '<linearGradient id="g" gradientUnits="userSpaceOnUse"><stop offset="0" stop-color="#f00"/></linearGradient>',
    '<rect fill="url(#g)" style="stroke: url(&quot;#g&quot;); opacity: .5"/>',
    '<use href="#g"/>',
    '<use xlink:href="#g"/>',
    '<image href="data:image/png;base64,iVBORw0KGgo=" preserveAspectRatio="none"/>',
    '<style>.a { fill: url(#g) } .b &gt; .c { stroke: red }</style>',
    '<clipPath id="c"><path d="M0 0 L1 1 Z"/></clipPath>',
    '<animateTransform attributeName="transform" type="rotate" from="0" to="360" dur="1s"/>',
    '<text x="1">1 &lt; 2 &amp; ü</text>',
  ])('keeps %s', (drawn) => {
    const told = (text: string): string[] => text.match(/[\w.#:-]+/g) ?? []
    // The same words in the same order; how tags are closed and quotes are written may differ.
    const words = told(
      drawn
        .replaceAll('&gt;', '>')
        .replace(/<(\w+)([^<>]*)\/>/g, '<$1$2></$1>')
        .replaceAll('&quot;', ''),
    )
    expect(told(clean(drawn).replaceAll('&gt;', '>').replaceAll('&quot;', '')).join(' ')).toContain(words.join(' '))
  })

  test('keeps what a prefix says, and the texts of other encodings', () => {
    const prefixed = sanitiseSvg(
      Buffer.from(
        '<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:rect width="3"/><s:script>alert(1)</s:script></s:svg>',
      ),
    )
    expect(Buffer.from(prefixed).toString()).toMatch(
      /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"[^>]*><rect width="3">/,
    )
    expect(Buffer.from(prefixed).toString()).not.toContain('alert')
    const latin = sanitiseSvg(
      Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><svg><text>Größe</text></svg>', 'latin1'),
    )
    expect(Buffer.from(latin).toString()).toContain('Größe')
  })

  test('is made in a thread when it is large, with the same outcome, and bounded', async () => {
    const path = '<path d="M0 0 L9 9" onclick="alert(1)"/>'
    const large = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">${path.repeat(400)}</svg>`)
    expect(Buffer.from(await sanitiseDrawing(large)).equals(Buffer.from(sanitiseSvg(large)))).toBe(true)
    await expect(sanitiseDrawing(new Uint8Array(3_000_000))).rejects.toMatchObject({ code: 'image_undecodable' })
    const { bytes } = await sampleImage('drawing')
    expect(Buffer.from(await sanitiseDrawing(bytes)).toString()).toContain('fill="#f6821f"')
  })
})
