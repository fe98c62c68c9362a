// This file and what it imports must be readable by a Node that cannot run the rest: old syntax, no TypeScript.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chooseRuntime } from './choose-runtime.mjs'

const pinnedVersion = (folder) => {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw error
  }
}

const fail = (sentence) => {
  process.stderr.write(`${sentence}\n`)
  process.exitCode = 1
}

/**
 * glibc gives every thread a heap of its own and keeps what was freed there; with two for all a server that makes many
 * renditions holds a third less memory. It is read when a process begins, so it can only be handed on.
 */
export const fewHeaps = { MALLOC_ARENA_MAX: '2' }

/**
 * Runs on with another Node and ends as it ends. Signals are passed on, since a supervisor may know this process alone;
 * where a terminal tells both, what comes twice at once is taken for one.
 */
const runWith = (executable, entry) => {
  const child = spawn(executable, [entry, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...fewHeaps, ...process.env },
  })
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  const pass = (signal) => child.kill(signal)
  for (const signal of signals) process.on(signal, pass)
  child.on('error', (error) => fail(`Imagehooks cannot start its Node ${executable}: ${error.message}.`))
  child.on('exit', (code, signal) => {
    for (const each of signals) process.removeListener(each, pass)
    if (signal) process.kill(process.pid, signal)
    else process.exitCode = code
  })
}

/**
 * Calls `start` if this Node can run the sources, else starts the entry point anew with the Node that the lock file pins,
 * else says in one sentence what is wrong. The entry point lies one folder below the package's own.
 */
export const startWith = (entryUrl, start) => {
  const entry = fileURLToPath(entryUrl)
  const packageFolder = dirname(dirname(entry))
  const runtime = chooseRuntime({
    version: process.versions.node,
    platform: process.platform,
    arch: process.arch,
    packageFolder,
    isCheckout: existsSync(join(packageFolder, 'src')),
    pinnedVersion,
  })
  if (runtime.kind === 'here') start()
  else if (runtime.kind === 'pinned') runWith(runtime.executable, entry)
  else fail(runtime.problem)
}
