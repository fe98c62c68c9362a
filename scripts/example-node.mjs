#!/usr/bin/env node
import { startWith } from '../bin/start-with.mjs'

startWith(import.meta.url, () => import('../examples/node/main.ts').then(({ main }) => main()))
