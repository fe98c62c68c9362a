import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

/** Every module that a module brings with it, by what it imports before it runs; packages by their names. */
const broughtBy = (url: URL, found: Set<string> = new Set()): Set<string> => {
  for (const [, typeOnly, specifier = ''] of readFileSync(url, 'utf8').matchAll(
    /^(?:import|export) (type )?[^'\n]*?(?:from )?'([^']+)'/gm,
  )) {
    if (typeOnly) continue
    const isOurs = specifier.startsWith('.')
    const name = isOurs ? new URL(specifier, url).href : specifier
    if (found.has(name)) continue
    found.add(name)
    if (isOurs) broughtBy(new URL(name), found)
  }
  return found
}

test('the help waits for nothing but its parser: each command brings its own', () => {
  const root = new URL('.', import.meta.url).href
  const found = [...broughtBy(new URL('main.ts', import.meta.url))].map((name) => name.replace(root, './'))
  expect(found.toSorted()).toEqual(['./commands.ts', './program.ts', 'commander', 'node:fs', 'node:util'])
})
