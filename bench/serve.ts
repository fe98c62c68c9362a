/**
 * The whole server on a free port with an empty data folder, or, with a database URL, an API node on that database: prints
 * its address, ends in order on SIGTERM. `node bench/serve.ts [--database-url postgres://…] [--roles api]`
 */
import { rmSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { compose } from '../src/compose/compose.ts'
import { buildConfig } from '../src/config/config.ts'
import { silentLog } from '../src/telemetry/log.ts'
import { benchAccount } from './backlog.ts'
import { serveCommands } from './commands.ts'
import { benchFolder, rolesOf, sharedConfig } from './shared.ts'

const { values } = parseArgs({
  options: {
    'database-url': { type: 'string' },
    roles: { type: 'string', default: 'api' },
  },
})
const dataFolder = benchFolder()
const databaseUrl = values['database-url']
const server = await compose(
  databaseUrl === undefined
    ? { ...buildConfig('dev', {}, dataFolder), dataFolder, port: 0, bootstrap: benchAccount }
    : sharedConfig(databaseUrl, dataFolder, rolesOf(values.roles)),
  { log: silentLog },
)
const { url } = await server.start()

serveCommands({}, async () => {
  await server.stop()
  rmSync(dataFolder, { recursive: true, force: true })
})
process.stdout.write(`${url}\n`)
