import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { fileNameOf, linkPackages, moduleOf, typeScriptBlocks, writePageFiles } from './ground/page-files.ts'
import { temporaryFolder } from './ground/temporary.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const run = promisify(execFile)

/** What no package here declares: of these runtimes only the programs are here, and they run the pages too. */
const runtimes = `
declare const Deno: {
  serve(options: { port: number }, handler: (request: Request, info: unknown) => Promise<Response>): unknown
  env: { get(name: string): string | undefined }
}
declare const Bun: {
  serve(options: { port: number | string; fetch: (request: Request, server: unknown) => Promise<Response> }): unknown
}
`

const settings = {
  compilerOptions: {
    target: 'es2024',
    lib: ['es2024', 'dom', 'dom.iterable', 'dom.asynciterable', 'esnext.disposable'],
    module: 'nodenext',
    types: ['node'],
    noEmit: true,
    strict: true,
    noUncheckedIndexedAccess: true,
    verbatimModuleSyntax: true,
    erasableSyntaxOnly: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
  },
  include: ['**/*.ts', '**/*.tsx'],
}

/** A page as a name of a folder. */
const folderOf = (page: string): string => page.replaceAll('/', '_')

test('all TypeScript of the pages fits the packages that it imports', async () => {
  const folder = temporaryFolder()
  linkPackages(folder)
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings))
  writeFileSync(join(folder, 'runtimes.d.ts'), runtimes)
  for (const page of new Set(typeScriptBlocks.map((block) => block.page)))
    writePageFiles(page, join(folder, folderOf(page)))
  for (const block of typeScriptBlocks)
    if (fileNameOf(block) === undefined)
      writeFileSync(
        join(folder, folderOf(block.page), `line-${block.line}.${block.language}`),
        `${moduleOf(block)}\nexport {}\n`,
      )
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const said = await run(process.execPath, [tsc, '--pretty', 'false'], { cwd: folder }).catch(
    (error: { stdout: string }) => error,
  )
  expect(said.stdout).toBe('')
  expect(typeScriptBlocks.length).toBeGreaterThan(30)
})
