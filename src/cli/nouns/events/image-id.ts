import { parseBody } from '../../listen/filter.ts'

/** Which image an event's body is about; empty where it does not say. */
export const imageIdOf = (body: string): string => {
  const event = parseBody(body)
  const image: unknown = typeof event === 'object' && event !== null && 'image' in event ? event.image : undefined
  return typeof image === 'object' && image !== null && 'id' in image && typeof image.id === 'string' ? image.id : ''
}
