#!/usr/bin/env node
// Makes the JavaScript of the published package: Node strips no types below `node_modules`. File by file, so that a stack
// names the places of the sources, and only the files that the command line and its threads reach.
import { build } from 'esbuild'
import { globSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../', import.meta.url))
const sources = join(root, 'src')
const receiver = join(root, 'receiver')
const built = join(root, 'lib')
const { exports: receiverExports, imports: receiverImports } = JSON.parse(
  readFileSync(join(receiver, 'package.json'), 'utf8'),
)

/** The source that an import of ours names; undefined for a package of others. */
const sourceOf = (specifier, folder) => {
  if (specifier.startsWith('.')) return join(folder, specifier)
  if (specifier in receiverImports) return join(receiver, receiverImports[specifier].node)
  const [, within] = /^@imagehooks\/receiver(\/.+)?$/.exec(specifier) ?? [undefined, undefined]
  const exported = specifier.startsWith('@imagehooks/receiver') && receiverExports[`.${within ?? ''}`]
  return exported ? join(receiver, exported) : undefined
}

/** `src/a/b.ts` becomes `lib/a/b.js`; the receiver is carried beside the rooms. */
const builtPath = (source) =>
  (source.startsWith(receiver)
    ? join(built, 'receiver', relative(join(receiver, 'src'), source))
    : join(built, relative(sources, source))
  ).replace(/\.ts$/, '.js')

const options = { bundle: true, platform: 'node', format: 'esm', target: 'node24', absWorkingDir: root }

/** All files of ours that these need, themselves included. */
const reachedFrom = async (entryPoints) => {
  const follow = {
    name: 'follow',
    setup: ({ onResolve }) =>
      onResolve({ filter: /.*/ }, ({ path, resolveDir, kind }) => {
        if (kind === 'entry-point') return undefined
        const source = sourceOf(path, resolveDir)
        return source ? { path: source } : { path, external: true }
      }),
  }
  const { metafile } = await build({
    ...options,
    entryPoints,
    plugins: [follow],
    metafile: true,
    write: false,
    outdir: built,
  })
  return Object.keys(metafile.inputs).map((path) => join(root, path))
}

/** Each import becomes the place of what is built of it. */
const rewrite = {
  name: 'rewrite',
  setup: ({ onResolve }) =>
    onResolve({ filter: /.*/ }, ({ path, importer, resolveDir, kind }) => {
      if (kind === 'entry-point') return undefined
      const source = sourceOf(path, resolveDir)
      if (!source) return { path, external: true }
      const place = relative(dirname(builtPath(importer)), builtPath(source))
      return { path: place.startsWith('.') ? place : `./${place}`, external: true }
    }),
}

const files = await reachedFrom([join(sources, 'cli/main.ts'), ...globSync(join(sources, '**/*-thread.ts'))])
rmSync(built, { recursive: true, force: true })
await build({
  ...options,
  entryPoints: files.map((file) => ({ in: file, out: relative(built, builtPath(file)).replace(/\.js$/, '') })),
  outdir: built,
  plugins: [rewrite],
})
process.stdout.write(`The server is built: ${files.length} files.\n`)
