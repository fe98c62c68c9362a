import type { Imagehooks } from '../compose/compose.ts'
import { type Config, isLoopback } from '../config/config.ts'
import { systemClock } from '../domain/clock.ts'
import { createLog, type Log } from '../telemetry/log.ts'
import { stayAlive } from './stay-alive.ts'
import { listenForStop } from './stop-wish.ts'

/** Work for a server that listens at `url`; answers what is to be printed once all is ready. */
export type Prepare = (imagehooks: Imagehooks, url: string) => Promise<string>

/** Runs a server until SIGINT or SIGTERM, and stops it in order, also when something fails on the way. */
export const runServer = async (config: Config, prepare?: Prepare): Promise<void> => {
  const { compose } = await import('../compose/compose.ts')
  const log = createLog({ clock: systemClock })
  const stop = listenForStop(process, systemClock)
  const letGo = stayAlive()
  try {
    await serveUntilStopped(await compose(config, { log }), config, log, stop, prepare)
  } finally {
    letGo()
    stop.done()
  }
}

const serveUntilStopped = async (
  imagehooks: Imagehooks,
  config: Config,
  log: Log,
  stop: ReturnType<typeof listenForStop>,
  prepare: Prepare | undefined,
): Promise<void> => {
  try {
    const { url } = await imagehooks.start()
    const greeting = await prepare?.(imagehooks, url)
    // On a terminal the greeting says so, below.
    if (config.opensPort && !(greeting && process.stderr.isTTY)) log.info({ url }, `listening on ${url}`)
    if (config.roles.has('api')) {
      if (config.publicUrl === undefined && !isLoopback(config.host))
        log.warn(
          { url },
          `Variant URLs, in webhooks too, begin with ${url}: set --public-url to the address that others reach this server by`,
        )
    }
    if (greeting) process.stdout.write(greeting)
    const signal = await stop.asked
    log.info({ signal }, 'stopping; once more ends it at once')
  } finally {
    await imagehooks.stop()
  }
}
