/**
 * `npm run pack:receiver`: builds `receiver/dist`, the folder that is published, says what a Worker's bundle grows by,
 * and packs it. Fails when that is more than was promised.
 */
import { execFileSync } from 'node:child_process'
import { copyFileSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { buildSync } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const source = join(root, 'receiver')

/** What a user of the package pays for at most, in gzipped bytes. */
export const sizeLimits = [
  { from: '@imagehooks/receiver/verify', names: ['createVerifier', 'guideScheme'], limitBytes: 1024 },
  { from: '@imagehooks/receiver', names: ['createReceiver'], limitBytes: 4096 },
] as const

/** What a Worker's bundle grows by when it takes these names, minified and gzipped; resolved as seen from `folder`. */
export const gzippedBytes = (from: string, names: readonly string[], folder: string): number => {
  const { outputFiles } = buildSync({
    stdin: { contents: `export { ${names.join(', ')} } from '${from}'`, resolveDir: folder },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd'],
    write: false,
  })
  return gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length
}

type Entry = string | { [condition: string]: Entry }

const built = (path: string): string => path.replace('./src/', './').replace(/\.ts$/, '.js')

/** An entry of `imports`, as it is in the published folder. */
const builtImport = (entry: Entry): Entry =>
  typeof entry === 'string'
    ? built(entry)
    : Object.fromEntries(Object.entries(entry).map(([condition, inner]) => [condition, builtImport(inner)]))

/** An entry of `exports`, as it is in the published folder: JavaScript with its types, or the file itself. */
const builtExport = (path: string): Entry =>
  path.endsWith('.ts')
    ? { types: built(path).replace(/\.js$/, '.d.ts'), default: built(path) }
    : path.replace('./src/', './')

type Manifest = { imports: Record<string, Entry>; exports: Record<string, string>; [field: string]: unknown }

const publishedManifest = ({ imports, exports, scripts: _scripts, ...fields }: Manifest) => ({
  ...fields,
  imports: Object.fromEntries(Object.entries(imports).map(([name, entry]) => [name, builtImport(entry)])),
  exports: {
    ...Object.fromEntries(Object.entries(exports).map(([name, path]) => [name, builtExport(path)])),
    './package.json': './package.json',
  },
})

/** Builds the published folder: ES modules, their types, the SQL, a manifest whose paths are those of the folder. */
export const buildReceiver = (folder: string): void => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  execFileSync(process.execPath, [
    join(root, 'node_modules/typescript/bin/tsc'),
    '-p',
    join(source, 'tsconfig.build.json'),
    '--outDir',
    folder,
  ])
  // TypeScript rewrites the paths of what it runs, and leaves those of what it only describes.
  for (const name of globSync('**/*.d.ts', { cwd: folder })) {
    const path = join(folder, name)
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/(['"]\.{1,2}\/[^'"]*)\.ts(?=['"])/g, '$1.js'))
  }
  const manifest: Manifest = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'))
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(publishedManifest(manifest), null, 2)}\n`)
  for (const path of Object.values(manifest.exports).filter((each) => each.endsWith('.sql'))) {
    const target = join(folder, path.replace('./src/', ''))
    mkdirSync(dirname(target), { recursive: true })
    copyFileSync(join(source, path), target)
  }
  copyFileSync(join(source, 'README.md'), join(folder, 'README.md'))
  copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'))
}

/** Packs a built folder into `target` as npm publishes it, and answers the tarball's path. */
export const packReceiver = (folder: string, target: string): string => {
  const said = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', target], {
    cwd: folder,
    encoding: 'utf8',
  })
  return join(target, JSON.parse(said)[0].filename)
}

/** Unpacks a tarball where a program in `folder` finds it, as an install does. */
export const installReceiver = (tarball: string, folder: string): void => {
  const target = join(folder, 'node_modules/@imagehooks/receiver')
  mkdirSync(target, { recursive: true })
  execFileSync('tar', ['-xzf', tarball, '-C', target, '--strip-components=1'])
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const dist = join(source, 'dist')
  buildReceiver(dist)
  const tarball = packReceiver(dist, source)
  const folder = mkdtempSync(join(dist, '.installed-'))
  try {
    installReceiver(tarball, folder)
    for (const { from, names, limitBytes } of sizeLimits) {
      const bytes = gzippedBytes(from, names, folder)
      console.log(`${from}: ${bytes} of ${limitBytes} bytes gzipped`)
      if (bytes > limitBytes) process.exitCode = 1
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  console.log(tarball)
}
