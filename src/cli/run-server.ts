import type { Imagehooks } from '../compose.ts'
import { type Config, isLoopback } from '../config/config.ts'
import { systemClock } from '../domain/clock.ts'
import { createLog } from '../telemetry/log.ts'
import { listenForStop } from './stop-wish.ts'

/** Work for a server that listens at `url`; answers what is to be printed once all is ready. */
export type Prepare = (imagehooks: Imagehooks, url: string) => Promise<string>

/** Runs a server until SIGINT or SIGTERM, and stops it in order, also when something fails on the way. */
export const runServer = async (config: Config, prepare?: Prepare): Promise<void> => {
  const { compose } = await import('../compose.ts')
  const log = createLog({ clock: systemClock })
  const stop = listenForStop(process, systemClock)
  const imagehooks = await compose(config, { log })
  try {
    const { url } = await imagehooks.start()
    const greeting = await prepare?.(imagehooks, url)
    if (config.roles.has('api')) {
      log.info({ url }, `listening on ${url}`)
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
    stop.done()
  }
}
