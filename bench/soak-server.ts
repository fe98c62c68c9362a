/**
 * The whole server for a soak: `node bench/soak-server.ts <data folder>` prints its address. Long times of upkeep pass
 * sixty times as fast, and events are kept for three minutes, so that minutes show what days would.
 */
import { compose } from '../src/compose/compose.ts'
import { buildConfig } from '../src/config/config.ts'
import { systemClock, type Clock } from '../src/domain/clock.ts'
import { silentLog } from '../src/telemetry/log.ts'
import { benchAccount } from './backlog.ts'
import { serveCommands } from './commands.ts'

const minuteMs = 60_000
/** The engine's own timers are shorter than this and run as they are. */
const longMs = 10 * minuteMs

const clock: Clock = {
  ...systemClock,
  after: (delayMs, call) => systemClock.after(delayMs >= longMs ? delayMs / 60 : delayMs, call),
}

const dataFolder = process.argv[2] ?? ''
const dev = buildConfig('dev', {}, dataFolder)
const server = await compose(
  {
    ...dev,
    dataFolder,
    port: 0,
    bootstrap: benchAccount,
    retentionMs: 3 * minuteMs,
    retryScheduleMs: [1000, 2000],
    giveUpAfterMs: minuteMs,
    suspension: { ...dev.suspension, afterMs: null },
  },
  { log: silentLog, clock },
)
const { url } = await server.start()
process.stdout.write(`${url}\n`)
serveCommands({}, () => server.stop())
