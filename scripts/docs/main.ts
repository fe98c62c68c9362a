/** Writes the pages under `docs/` that are made from the code; a test says when one is out of date. */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { madePages } from './made-pages.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
for (const [path, text] of await madePages(root)) {
  writeFileSync(`${root}${path}`, text)
  console.log(`${path}  ${readFileSync(`${root}${path}`, 'utf8').split('\n').length} lines`)
}
