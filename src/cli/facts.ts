import { styleText } from 'node:util'
import { pale, type Style } from './colours.ts'
import { labelled } from './labelled.ts'
import { printable } from './printable.ts'

/** A name, what stands behind it, and how that looks on a terminal. Undefined and null are left out. */
export type Fact = readonly [name: string, value: string | number | boolean | null | undefined, style?: Style]

/** What is known of one thing: aligned on a terminal, elsewhere a name, a tab and the value on each line. */
export const printFacts = (facts: readonly Fact[]): void => {
  const known = facts.filter(([, value]) => value !== undefined && value !== null)
  const width = Math.max(0, ...known.map(([name]) => name.length)) + 2
  const { isTTY, columns } = process.stdout
  for (const [name, value, style = []] of known) {
    const text = printable(String(value))
    if (!isTTY) console.log(`${name}\t${text}`)
    // What has no spaces is copied, and so is never broken.
    else if (!text.includes(' ')) console.log(`${pale(name.padEnd(width))}${styleText(style, text)}`)
    else for (const line of labelled(name, width, styleText(style, text), { columns }, pale)) console.log(line)
  }
}
