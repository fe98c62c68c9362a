import type { EventMap, EventType } from '../events/events.ts'
import { sampleEvent, type SampleOverrides } from '../events/samples.ts'

/** What an event that has just happened may say differently. */
export type FreshEventOptions = SampleOverrides & {
  /** When it happened, in milliseconds since 1970. Default now. */
  at?: number
}

/**
 * An event of any type that has just happened, to an image of its own: no receiver has seen it and none finds it old.
 * Overrides win; those of `image` are merged one by one.
 */
export const freshEvent = <Type extends EventType>(
  type: Type,
  { at = Date.now(), image, ...overrides }: FreshEventOptions = {},
): EventMap[Type] => {
  const timestamp = new Date(at).toISOString()
  const id = `test_image_id_${crypto.randomUUID()}`
  return sampleEvent(type, { timestamp, ...overrides, image: { id, uploaded: timestamp, ...image } })
}
