/** Metadata as it is typed, or what is wrong with it, in words. */
export type ReadMeta =
  | { readonly meta: Readonly<Record<string, unknown>>; readonly fault?: undefined }
  | { readonly meta?: undefined; readonly fault: string }

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Reads metadata while it is typed; nothing at all is an empty object. The server judges its size. */
export const readMeta = (text: string): ReadMeta => {
  if (text.trim() === '') return { meta: {} }
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? { meta: value } : { fault: 'Metadata is one JSON object: {"album": "summer"}.' }
  } catch (error) {
    return { fault: `This is no JSON yet: ${error instanceof Error ? error.message : String(error)}` }
  }
}
