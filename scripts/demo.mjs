#!/usr/bin/env node
import { existsSync } from 'node:fs'
import { startWith } from '../bin/start-with.mjs'

startWith(import.meta.url, () => {
  if (existsSync(new URL('../node_modules/miniflare', import.meta.url)))
    return import('./demo/main.ts').then(({ main }) => main())
  process.stderr.write(
    'The demo runs its Worker on the Workers runtime, a development dependency: run "npm ci" without --omit=dev.\n',
  )
  process.exitCode = 1
})
