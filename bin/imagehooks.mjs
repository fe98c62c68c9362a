#!/usr/bin/env node
// This file and what it imports must be readable by a Node that cannot run the rest: old syntax, no TypeScript.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chooseRuntime } from './choose-runtime.mjs'

const entry = fileURLToPath(import.meta.url)

const pinnedVersion = (folder) => {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw error
  }
}

/**
 * Runs on with another Node and ends as it ends. Signals are passed on, since a supervisor may know this process alone;
 * where a terminal tells both, the server takes what comes twice at once for one.
 */
const runWith = (executable) => {
  const child = spawn(executable, [entry, ...process.argv.slice(2)], { stdio: 'inherit' })
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  const pass = (signal) => child.kill(signal)
  for (const signal of signals) process.on(signal, pass)
  child.on('error', (error) => {
    process.stderr.write(`Imagehooks cannot start its Node ${executable}: ${error.message}.\n`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    for (const each of signals) process.removeListener(each, pass)
    if (signal) process.kill(process.pid, signal)
    else process.exitCode = code
  })
}

const runtime = chooseRuntime({
  version: process.versions.node,
  platform: process.platform,
  arch: process.arch,
  packageFolder: dirname(dirname(entry)),
  pinnedVersion,
})

if (runtime.kind === 'here') {
  import('../src/cli/main.ts').then(({ main }) => main())
} else if (runtime.kind === 'pinned') {
  runWith(runtime.executable)
} else {
  process.stderr.write(`${runtime.problem}\n`)
  process.exitCode = 1
}
