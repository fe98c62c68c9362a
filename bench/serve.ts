/**
 * The whole server on a free port with an empty data folder, or, with a database URL, an API node on that database: prints
 * its address, ends in order on SIGTERM.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compose } from '../src/compose/compose.ts'
import { buildConfig } from '../src/config/config.ts'
import { silentLog } from '../src/telemetry/log.ts'
import { benchAccount } from './backlog.ts'
import { sharedConfig } from './shared.ts'

const dataFolder = mkdtempSync(join(tmpdir(), 'imagehooks-bench-'))
const databaseUrl = process.argv[2]
const config =
  databaseUrl === undefined
    ? { ...buildConfig('dev', {}, dataFolder), dataFolder, port: 0, bootstrap: benchAccount }
    : sharedConfig(databaseUrl, dataFolder, new Set(['api']))
const server = await compose(config, { log: silentLog })
const { url } = await server.start()
process.stdout.write(`${url}\n`)
process.once('SIGTERM', () => {
  void server.stop().then(() => {
    rmSync(dataFolder, { recursive: true, force: true })
    process.exit(0)
  })
})
