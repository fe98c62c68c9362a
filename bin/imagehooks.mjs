#!/usr/bin/env node
import { existsSync } from 'node:fs'
import { startWith } from './start-with.mjs'

/** A checkout runs its sources; the published package has what was built of them, and no sources. */
const source = new URL('../src/cli/main.ts', import.meta.url)
const main = existsSync(source) ? source : new URL('../lib/cli/main.js', import.meta.url)

startWith(import.meta.url, () => import(main.href).then(({ main: run }) => run()))
