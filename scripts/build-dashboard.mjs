#!/usr/bin/env node
// Builds the dashboard when its sources have changed since the last time. Runs on every Node that Vite runs on.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const root = fileURLToPath(new URL('../dashboard/', import.meta.url))
const client = fileURLToPath(new URL('../src/client/', import.meta.url))
const receiver = fileURLToPath(new URL('../receiver/src/', import.meta.url))
const stamp = join(root, 'dist', '.sources')

const filesBelow = (folder) =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()

const readOr = (path, otherwise) => {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT') return otherwise
    throw error
  }
}

/** What the built files are made of, as one digest. */
const digestOfSources = () => {
  const digest = createHash('sha256')
  const single = ['index.html', 'package.json', 'vite.config.ts'].map((name) => join(root, name))
  for (const path of [
    ...single,
    ...filesBelow(join(root, 'src')),
    ...filesBelow(join(root, 'public')),
    ...filesBelow(client),
    ...filesBelow(receiver),
  ])
    digest.update(path.slice(root.length)).update('\0').update(readFileSync(path)).update('\0')
  return digest.digest('hex')
}

/** What the server sends to browsers that take it, which all do; made once here instead of at every request. */
const compress = () => {
  for (const path of filesBelow(join(root, 'dist')))
    if (/\.(?:js|css|svg)$/.test(path)) writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }))
}

/** Answers whether it had to build. */
const buildDashboard = async () => {
  const digest = digestOfSources()
  if (readOr(stamp, '') === digest) return false
  // Whoever calls may be in a test run, and React would be built for that.
  process.env.NODE_ENV = 'production'
  const { build } = await import('vite')
  await build({ root, configFile: join(root, 'vite.config.ts'), logLevel: 'warn' })
  compress()
  writeFileSync(stamp, digest)
  return true
}

if (await buildDashboard()) process.stdout.write('The dashboard is built.\n')
