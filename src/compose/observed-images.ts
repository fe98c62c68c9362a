import type { Clock } from '../domain/clock.ts'
import { AppError } from '../domain/errors.ts'
import type { Images } from '../images/images.ts'
import type { RenderQueue } from '../pixels/render-queue.ts'
import { secondsBuckets, type Metrics } from '../telemetry/metrics.ts'

/** Images whose uploads are counted and timed, from the last byte received to the commit. */
export const observeUploads = (metrics: Metrics, clock: Clock, images: Images): Images => {
  const uploads = metrics.counter('imagehooks_uploads_total', 'Uploads whose bytes had arrived.', ['result'])
  const seconds = metrics.histogram(
    'imagehooks_upload_seconds',
    "From an upload's last byte to its commit.",
    secondsBuckets,
  )
  const observed = async <Made>(work: Promise<Made>): Promise<Made> => {
    const startedMs = clock.monotonic()
    try {
      const stored = await work
      uploads.add({ result: 'stored' })
      seconds.observe({}, (clock.monotonic() - startedMs) / 1000)
      return stored
    } catch (error) {
      const refused = error instanceof AppError && error.code !== 'unavailable'
      uploads.add({ result: refused ? 'refused' : 'failed' })
      throw error
    }
  }
  return {
    ...images,
    upload: (...given) => observed(images.upload(...given)),
    directUploads: {
      ...images.directUploads,
      fill: (...given) => observed(images.directUploads.fill(...given)),
    },
  }
}

/** A queue whose renditions are counted and timed. */
export const observeRenders = (queue: RenderQueue, metrics: Metrics, clock: Clock): RenderQueue => {
  const renders = metrics.counter('imagehooks_renders_total', 'Renditions made anew, not from the cache.', ['result'])
  const seconds = metrics.histogram('imagehooks_render_seconds', 'How long making a rendition took.', secondsBuckets)
  metrics.gauge('imagehooks_renders_waiting', 'Renditions that wait for a free core.', queue.waitingCount)
  return {
    ...queue,
    run: (work, signal) =>
      queue.run(async () => {
        const startedMs = clock.monotonic()
        try {
          const outcome = await work()
          renders.add({ result: 'succeeded' })
          return outcome
        } catch (error) {
          renders.add({ result: 'failed' })
          throw error
        } finally {
          seconds.observe({}, (clock.monotonic() - startedMs) / 1000)
        }
      }, signal),
  }
}
