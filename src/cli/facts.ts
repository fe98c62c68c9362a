import { styleText } from 'node:util'
import { pale, type Style } from './colours.ts'
import { printable } from './printable.ts'

/** A name, what stands behind it, and how that looks on a terminal. Undefined and null are left out. */
export type Fact = readonly [name: string, value: string | number | boolean | null | undefined, style?: Style]

/** What is known of one thing: aligned on a terminal, elsewhere a name, a tab and the value on each line. */
export const printFacts = (facts: readonly Fact[]): void => {
  const known = facts.filter(([, value]) => value !== undefined && value !== null)
  const width = Math.max(0, ...known.map(([name]) => name.length))
  for (const [name, value, style = []] of known) {
    const text = printable(String(value))
    console.log(process.stdout.isTTY ? `${pale(name.padEnd(width))}  ${styleText(style, text)}` : `${name}\t${text}`)
  }
}
