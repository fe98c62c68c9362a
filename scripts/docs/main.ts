/** Writes the pages under `docs/` that are made from the code; a test says when one is out of date. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { madePages } from './made-pages.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
for (const [path, text] of await madePages(root)) {
  mkdirSync(dirname(`${root}${path}`), { recursive: true })
  writeFileSync(`${root}${path}`, text)
  console.log(`${path}  ${readFileSync(`${root}${path}`, 'utf8').split('\n').length} lines`)
}
