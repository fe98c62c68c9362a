/**
 * One node of the cluster. It is `imagehooks serve` with the settings of its environment, except that webhooks may go to
 * plain HTTP on this machine, where trying is done. Prints `ready` and its address.
 */
import { runServer } from '../../src/cli/run-server.ts'
import { buildConfig } from '../../src/config/config.ts'
import { readSettings } from '../../src/config/env.ts'

const config = buildConfig('serve', readSettings({}, process.env), process.cwd())
await runServer({ ...config, allowLoopbackHttp: true }, async (_, url) => `ready ${url}\n`)
