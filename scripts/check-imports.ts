/** Fails when an import runs up, sideways or in a circle, or when a room takes a package that belongs to another. */
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** The floors of the house; a room imports lower floors only. */
const floors: Readonly<Record<string, number>> = {
  receiver: 0,
  'src/domain': 1,
  'src/config': 2,
  'src/telemetry': 2,
  'src/net': 2,
  'src/client': 2,
  'src/blobs': 3,
  'src/store': 3,
  'src/pixels': 3,
  'src/accounts': 4,
  'src/images': 4,
  'src/serve': 4,
  'src/webhooks': 4,
  'src/upkeep': 4,
  'src/alerts': 4,
  'src/http': 5,
  'src/compose': 6,
  'src/cli': 7,
}

/** Packages that one room keeps to itself. */
const keepers: Readonly<Record<string, readonly string[]>> = {
  sharp: ['src/pixels'],
  'sanitize-html': ['src/pixels'],
  'libheif-js': ['src/pixels'],
  'node:sqlite': ['src/store'],
  pg: ['src/store'],
  undici: ['src/net'],
  aws4fetch: ['src/blobs'],
  hono: ['src/http'],
  '@hono/node-server': ['src/http'],
  busboy: ['src/http'],
  zod: ['src/http'],
  commander: ['src/cli'],
  'cli-table3': ['src/cli'],
  'jsonc-parser': ['src/cli'],
  'toml-eslint-parser': ['src/cli'],
  'wrap-ansi': ['src/cli'],
  'string-width': ['src/cli'],
  pino: ['src/telemetry'],
  'prom-client': ['src/telemetry'],
  '@opentelemetry/api': ['src/telemetry'],
  '@opentelemetry/exporter-trace-otlp-http': ['src/telemetry'],
  '@opentelemetry/resources': ['src/telemetry'],
  '@opentelemetry/sdk-trace': ['src/telemetry'],
  nodemailer: ['src/alerts'],
}

/** A file's path from the root of the house, with forward slashes, and its text. */
export type SourceFile = { readonly path: string; readonly text: string }

const importPattern =
  /(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s+['"]([^'"]+)['"]|(?:^|\n)\s*import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g

const importsOf = (text: string): string[] =>
  [...text.matchAll(importPattern)].flatMap((match) => match[1] ?? match[2] ?? match[3] ?? [])

const roomOf = (path: string): string | undefined =>
  Object.keys(floors).find((room) => path === room || path.startsWith(`${room}/`))

const packageOf = (specifier: string): string =>
  specifier.startsWith('node:')
    ? specifier
    : specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/')

const isTest = (path: string): boolean => /\.test\.ts$|\/conformance\.ts$|\/testing\//.test(path)

/** One sentence for each import that breaks the plan. Tests may look anywhere. */
export const checkImports = (files: readonly SourceFile[]): string[] => {
  const problems: string[] = []
  const edges = new Map<string, string[]>()
  for (const { path, text } of files) {
    const room = roomOf(path)
    if (room === undefined || isTest(path)) continue
    for (const specifier of importsOf(text)) {
      const target = specifier.startsWith('.') ? join(dirname(path), specifier).split(sep).join('/') : undefined
      if (target === undefined) {
        const name = packageOf(specifier)
        const allowed = keepers[name]
        if (allowed && !allowed.includes(room))
          problems.push(`${path} imports ${name}, which only ${allowed.join(', ')} may.`)
        if (room === 'receiver' && !name.startsWith('node:') && !name.startsWith('#'))
          problems.push(`${path} imports ${name}; the receiver has no dependencies.`)
        continue
      }
      edges.set(path, [...(edges.get(path) ?? []), target])
      const targetRoom = roomOf(target)
      if (targetRoom === undefined) {
        if (!target.startsWith('migrations/') && target !== 'package.json')
          problems.push(`${path} imports ${target}, which lies outside the house.`)
        continue
      }
      if (targetRoom === room) continue
      const [from, to] = [floors[room] ?? 0, floors[targetRoom] ?? 0]
      if (to === from) problems.push(`${path} imports sideways: ${target} is on the same floor.`)
      if (to > from) problems.push(`${path} imports upwards: ${target} is on floor ${to}, it stands on ${from}.`)
    }
  }
  return [...problems, ...circles(edges)]
}

/** Every circle of imports once, named by its files. */
const circles = (edges: ReadonlyMap<string, readonly string[]>): string[] => {
  const found: string[] = []
  const done = new Set<string>()
  const walk = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path)
    if (at >= 0) {
      found.push(`Imports run in a circle: ${[...trail.slice(at), path].join(' → ')}.`)
      return
    }
    if (done.has(path)) return
    for (const next of edges.get(path) ?? []) walk(next, [...trail, path])
    done.add(path)
  }
  for (const path of edges.keys()) walk(path, [])
  return found
}

/** The sources below a folder. */
export const readSources = (root: string): SourceFile[] =>
  globSync(['src/**/*.ts', 'receiver/src/**/*.ts'], { cwd: root }).map((path) => ({
    path: relative(root, resolve(root, path)).split(sep).join('/'),
    text: readFileSync(join(root, path), 'utf8'),
  }))

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const sources = readSources(fileURLToPath(new URL('..', import.meta.url)))
  const problems = checkImports(sources)
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) process.exitCode = 1
  else console.log(`${sources.length} files import downwards only.`)
}
