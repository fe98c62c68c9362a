import { array, assert, constantFrom, oneof, property, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '../domain/errors.ts'
import { readDrawing } from './svg.ts'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const sizeOf = (attributes: string) => readDrawing(bytesOf(`<svg ${attributes}></svg>`))

const outcomeOf = (bytes: Uint8Array): string => {
  try {
    const { width, height } = readDrawing(bytes)
    return width >= 1 && height >= 1 ? 'size' : 'no size'
  } catch (error) {
    return error instanceof AppError ? 'refusal' : 'failure'
  }
}

describe('readDrawing', () => {
  it.each([
    ['width="20" height="10"', 20, 10],
    ["width='20px' height='1in'", 20, 96],
    ['width="2cm" height="72pt"', 76, 96],
    ['viewBox="0 0 40.4 30"', 40, 30],
    ['viewBox="0,0,40,30" width="80"', 80, 60],
    ['viewBox="0 0 40 30" height="15"', 20, 15],
    ['width="100%" height="100%" viewBox="0 0 7 5"', 7, 5],
    ['width="0.2" height="0.2"', 1, 1],
    ['width="20" viewBox="0 0 1e999 1e999"', 20, 10],
    ['viewBox="0 0 -4 -3"', 300, 150],
    ['data-width="5" stroke-width="3"', 300, 150],
    ['width="1e300" height="-4" viewBox="0 0 0 0"', 2_147_483_647, 2_147_483_647],
  ])('finds the size in <svg %s>', (attributes, width, height) => {
    expect(sizeOf(attributes)).toEqual({ width, height })
  })

  it('accepts what exporters write: prolog, public doctype, comments, CDATA, empty tags, > in quotes', () => {
    const text = `<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<!-- made <by> hand -->
<svg viewBox="0 0 8 6"><style><![CDATA[ a > b {} </svg> ]]></style><g id="a>b"><path d='M0 0'/></g></svg>
<!-- the end -->`
    expect(readDrawing(bytesOf(text))).toEqual({ width: 8, height: 6 })
  })

  it('accepts elements 256 deep', () => {
    const text = `${'<svg>'.repeat(256)}${'</svg>'.repeat(256)}`
    expect(readDrawing(bytesOf(text))).toEqual({ width: 300, height: 150 })
  })

  it.each([
    ['an open element', '<svg><g></svg>'],
    ['a missing end', '<svg><g/>'],
    ['an end too many', '<svg></svg></svg>'],
    ['two roots', '<svg/><svg/>'],
    ['a cut comment', '<svg><!-- '],
    ['a cut attribute', '<svg width="10'],
    ['a tag without a name', '<svg>< ></svg>'],
    ['an internal subset', '<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>'],
    ['an entity declaration in the body', '<svg><!ENTITY a [b]></svg>'],
    ['elements 257 deep', `${'<svg>'.repeat(257)}${'</svg>'.repeat(257)}`],
    ['no element', '<!-- svg -->'],
    ['another document', '<html><svg/></html>'],
  ])('refuses %s', (_, text) => {
    expect(() => readDrawing(bytesOf(text))).toThrow(expect.objectContaining({ code: 'image_undecodable' }))
  })

  it('answers or refuses whatever it is given, and never fails in another way', () => {
    const piece = oneof(
      constantFrom('<svg', '</svg>', '>', '<!--', '-->', '<![CDATA[', ']]>', '<?', '?>', '"', "'", '/>', '<!', ' '),
      string(),
    )
    assert(
      property(array(piece), (pieces) => {
        expect(outcomeOf(bytesOf(pieces.join('')))).toMatch(/^(size|refusal)$/)
      }),
    )
  })
})
