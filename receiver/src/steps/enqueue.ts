import type { WebhookEvent } from '../events/events.ts'
import type { Delivery } from '../pipeline/delivery.ts'
import type { Step, StepTerms } from './step.ts'

/** The sending end of a queue, Cloudflare's or any other. */
export type MessageQueue = {
  /** Resolves when the message is safely stored. */
  send(message: unknown): Promise<unknown>
}

/** What is queued, and where. */
export type EnqueueOptions<Event extends WebhookEvent, Env> = StepTerms<Event, Env> & {
  queue: (env: Env) => MessageQueue
  /**
   * The message for an event. Default `{ key, imageId }`: the key is the same however often it is queued, and what else
   * is wanted of the image may be newer when it is taken.
   */
  message?: (delivery: Delivery<Event, Env>) => unknown
}

/** Messages in the guide's form: `{ imageId, action, variants }`. */
export const guideMessage =
  (action: string) =>
  ({ event: { image } }: { event: WebhookEvent }) => ({ imageId: image.id, action, variants: image.variants })

/** Pattern 2 of the guide: puts a message into a queue. A consumer may get it twice. */
export const enqueue = <Event extends WebhookEvent = WebhookEvent, Env = void>({
  queue,
  message = ({ key, event }) => ({ key, imageId: event.image.id }),
  ...terms
}: EnqueueOptions<Event, Env>): Step<Event, Env> => ({
  name: 'enqueue',
  ...terms,
  async run(delivery) {
    await queue(delivery.env).send(message(delivery))
  },
})
