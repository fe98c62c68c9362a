#!/usr/bin/env node
// This file and what it imports must be readable by a Node that cannot run the rest: old syntax, no TypeScript.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chooseRuntime } from '../bin/choose-runtime.mjs'

const entry = fileURLToPath(import.meta.url)
const packageFolder = dirname(dirname(entry))

const pinnedVersion = (folder) => {
  const file = join(folder, 'package.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).version : undefined
}

const fail = (sentence) => {
  process.stderr.write(`${sentence}\n`)
  process.exitCode = 1
}

/** Runs on with another Node and ends as it ends. */
const runWith = (executable) => {
  const child = spawn(executable, [entry, ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => fail(`The demo cannot start its Node ${executable}: ${error.message}.`))
  child.on('exit', (code) => {
    process.exitCode = code === null ? 1 : code
  })
}

const runtime = chooseRuntime({
  version: process.versions.node,
  platform: process.platform,
  arch: process.arch,
  packageFolder,
  pinnedVersion,
})

if (runtime.kind === 'none') fail(runtime.problem)
else if (runtime.kind === 'pinned') runWith(runtime.executable)
else if (!existsSync(join(packageFolder, 'node_modules', 'miniflare')))
  fail('The demo runs its Worker on the Workers runtime, a development dependency: run "npm ci" without --omit=dev.')
else import('./demo/main.ts').then(({ main }) => main())
