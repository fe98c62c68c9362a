#!/usr/bin/env node
import { startWith } from './start-with.mjs'

startWith(import.meta.url, () => import('../src/cli/main.ts').then(({ main }) => main()))
