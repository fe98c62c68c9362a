/** One worker on a shared database: `node bench/worker.ts <database url>` prints `ready`, ends in order on SIGTERM. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compose } from '../src/compose/compose.ts'
import { silentLog } from '../src/telemetry/log.ts'
import { sharedConfig } from './shared.ts'

const dataFolder = mkdtempSync(join(tmpdir(), 'imagehooks-bench-'))
const server = await compose(sharedConfig(process.argv[2] ?? '', dataFolder, new Set(['worker'])), { log: silentLog })
await server.start({ listen: false })
process.stdout.write('ready\n')
// Timers of ours keep no process alive; the channel to the parent does. Every word on it asks for the memory in use.
process.on('message', () => process.send?.({ rssBytes: process.memoryUsage().rss }))
process.once('SIGTERM', () => {
  void server.stop().then(() => {
    rmSync(dataFolder, { recursive: true, force: true })
    process.exit(0)
  })
})
