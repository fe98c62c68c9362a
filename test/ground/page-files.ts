import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Block, readPages } from './pages.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The pages whose complete files a page builds upon, as it tells its readers. */
const buildsOn: Readonly<Record<string, readonly string[]>> = {
  'docs/local-testing.md': ['docs/receiving-webhooks.md'],
}

/** TypeScript of the pages. */
export const typeScriptBlocks: readonly Block[] = readPages()
  .flatMap(({ blocks }) => blocks)
  .filter(({ language }) => language === 'ts' || language === 'tsx')

/** The name of the file that a block is: its first line says it, `// receiver.ts`. Undefined for a part of a file. */
export const fileNameOf = ({ text }: Block): string | undefined => /^\/\/ ([\w./-]+\.tsx?)\n/.exec(text)?.[1]

/** A block as a module of its own; what stands on a line of the page stands on the same line here. */
export const moduleOf = ({ text, line, prelude }: Block): string => {
  if (prelude.line === 0) return `${'\n'.repeat(line - 1)}${text}`
  const length = prelude.text.split('\n').length
  return `${'\n'.repeat(prelude.line - 1)}${prelude.text}${'\n'.repeat(line - prelude.line - length + 1)}${text}`
}

/** Makes the packages of this checkout those of a folder. */
export const linkPackages = (folder: string): void => {
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
}

/** Writes the complete files of a page into a folder. */
export const writePageFiles = (page: string, folder: string): void => {
  mkdirSync(folder, { recursive: true })
  for (const from of [...(buildsOn[page] ?? []), page])
    for (const block of typeScriptBlocks) {
      const name = block.page === from ? fileNameOf(block) : undefined
      if (name === undefined) continue
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), moduleOf(block))
    }
}
