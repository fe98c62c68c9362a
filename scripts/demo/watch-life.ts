import { setTimeout as sleep } from 'node:timers/promises'
import type { LocalWorker } from '../local-worker.ts'
import type { Api, LoggedDelivery, UploadedImage } from './api.ts'
import { type Happening, isGood } from './life.ts'

/** What a life is watched with. */
export type Watching = {
  readonly api: Api
  readonly endpointId: string
  readonly image: UploadedImage
  /** The Worker as it runs now; undefined while it is down. */
  readonly worker: () => LocalWorker | undefined
  readonly onDelivery: (delivery: LoggedDelivery) => void
  readonly onStep: (happening: Happening) => Promise<void> | void
}

const pollMs = 20
const patienceMs = 60_000

const rowQuery = `select exists (select 1 from uploaded_image where id = ?1) as row, exists (select 1 from job where image_id = ?1) as job`

/**
 * Watches what becomes of an uploaded image by asking the server and the Worker's D1, and tells each step once, in the
 * order of the life. Resolves when the job is done, when the server has given the delivery up, or after a minute.
 */
export const watchLife = async ({ api, endpointId, image, worker, onDelivery, onStep }: Watching): Promise<void> => {
  const deadline = performance.now() + patienceMs
  let [attemptsTold, hasEvent, hasRow, isAnswered] = [0, false, false, false]
  while (performance.now() < deadline) {
    const delivery = isAnswered ? undefined : await api.findDelivery(endpointId, image.id)
    if (delivery) {
      onDelivery(delivery)
      if (!hasEvent) await onStep({ kind: 'event' })
      hasEvent = true
      for (const attempt of delivery.attempts.slice(attemptsTold)) await onStep({ kind: 'attempt', attempt })
      attemptsTold = delivery.attempts.length
      isAnswered = delivery.attempts.some(isGood)
      if (delivery.state !== 'pending' && !isAnswered) return
    }
    if (isAnswered) {
      const [found] = (await worker()?.d1(rowQuery, image.id)) ?? []
      if (found?.['row'] === 1 && !hasRow) await onStep({ kind: 'row' })
      hasRow = found?.['row'] === 1
      if (hasRow && found?.['job'] === 1) return await onStep({ kind: 'job' })
    }
    await sleep(pollMs)
  }
}
