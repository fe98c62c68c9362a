#!/usr/bin/env node
import { existsSync } from 'node:fs'
import { startWith } from '../bin/start-with.mjs'

startWith(import.meta.url, () => {
  if (existsSync(new URL('../node_modules/miniflare', import.meta.url)))
    return import('./ledger/main.ts').then(({ main }) => main())
  process.stderr.write(
    'The ledger runs on a PostgreSQL and an S3 endpoint from the development dependencies: run "npm ci" without --omit=dev.\n',
  )
  process.exitCode = 1
})
