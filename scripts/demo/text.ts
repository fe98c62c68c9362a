import { stripVTControlCharacters } from 'node:util'

/** Scripts and pictographs that take two columns of a terminal. */
const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u

const widthOfCharacter = (character: string): number => {
  if (/\p{Mark}/u.test(character)) return 0
  return wide.test(character) ? 2 : 1
}

/** How many columns a text takes; colours take none. */
export const widthOf = (text: string): number =>
  [...stripVTControlCharacters(text)].reduce((width, character) => width + widthOfCharacter(character), 0)

/** A text of somebody else's, made harmless: what would steer a terminal becomes U+FFFD. */
export const harmless = (text: string): string => text.replaceAll(/\p{C}/gu, '\u{fffd}')

/** A text without colours, cut to a width; where it was cut it ends in `…`. */
export const cut = (text: string, width: number): string => {
  if (widthOf(text) <= width) return text
  let kept = ''
  for (const character of text) {
    if (widthOf(kept) + widthOfCharacter(character) > width - 1) break
    kept += character
  }
  return `${kept}…`
}

/** A text filled with spaces to a width. */
export const padded = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)))

/** Joins pieces by single spaces into lines of at most `width` columns; a piece that is wider is cut. */
export const flow = (pieces: readonly string[], width: number): string[] => {
  const lines: string[] = []
  for (const whole of pieces) {
    const piece = widthOf(whole) <= width ? whole : cut(stripVTControlCharacters(whole), width)
    const last = lines.at(-1)
    if (last !== undefined && widthOf(last) + 1 + widthOf(piece) <= width) lines[lines.length - 1] = `${last} ${piece}`
    else lines.push(piece)
  }
  return lines
}

/** A duration for people: `41 ms`, `2.13 s`. */
export const duration = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`)
