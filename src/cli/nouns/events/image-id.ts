/** Which image an event's body is about; empty where it does not say. */
export const imageIdOf = (body: string): string => {
  const id: unknown = JSON.parse(body)?.image?.id
  return typeof id === 'string' ? id : ''
}
