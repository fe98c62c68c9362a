import { utf8 } from '../crypto/text.ts'
import { isJsonObject } from '../events/parse-event.ts'
import type { DeliveryFacts, WorkerContext } from '../pipeline/delivery.ts'

/**
 * A verified delivery to be handled later, as it is stored: plain JSON. What stores it must be as private as the
 * receiver's own database: whoever can write into it can make up events.
 */
export type Deferred = {
  version: 1
  key: string
  /** The body, whose bytes are its UTF-8. */
  body: string
  scheme: string
  secretIndex: number
  receivedAt: number
  id?: string
  sentAt?: number
  attempt?: number
}

// Keeps a byte order mark, so that the bytes stay the same.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** What is stored of a delivery: all but the environment. */
export const pack = ({
  key,
  body,
  scheme,
  secretIndex,
  receivedAt,
  id,
  sentAt,
  attempt,
}: DeliveryFacts<unknown>): Deferred => ({
  version: 1,
  key,
  body: decoder.decode(body),
  scheme,
  secretIndex,
  receivedAt,
  ...(id === undefined ? {} : { id }),
  ...(sentAt === undefined ? {} : { sentAt }),
  ...(attempt === undefined ? {} : { attempt }),
})

/** Whether a value of a queue or a table is what {@link pack} made. */
export const isDeferred = (value: unknown): value is Deferred =>
  isJsonObject(value) &&
  value['version'] === 1 &&
  typeof value['key'] === 'string' &&
  typeof value['body'] === 'string' &&
  typeof value['scheme'] === 'string' &&
  typeof value['secretIndex'] === 'number' &&
  typeof value['receivedAt'] === 'number'

/** The delivery as handlers get it. */
export const unpack = <Env>(
  { key, body, scheme, secretIndex, receivedAt, id, sentAt, attempt }: Deferred,
  env: Env,
  context: WorkerContext | undefined,
): DeliveryFacts<Env> => ({ key, body: utf8(body), scheme, secretIndex, receivedAt, id, sentAt, attempt, env, context })
