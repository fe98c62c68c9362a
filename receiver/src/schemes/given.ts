import type { Bytes } from '../crypto/mac.ts'
import { utf8 } from '../crypto/text.ts'
import type { HeaderSource } from './scheme.ts'

/** Headers as frameworks have them: `Headers`, or a record such as Node's, in any case of its names. */
export type GivenHeaders = HeaderSource | { readonly [name: string]: string | readonly string[] | undefined }

/** A body as it came: bytes, or the text that they are the UTF-8 of. */
export type GivenBody = Uint8Array | ArrayBuffer | string

const isSource = (headers: GivenHeaders): headers is HeaderSource => typeof headers.get === 'function'

/** The headers of any framework as a verifier wants them. */
export const headersOf = (headers: GivenHeaders): HeaderSource => {
  if (isSource(headers)) return headers
  const values = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
  // One that came twice is joined, as HTTP does it.
  return { get: (name) => values.get(name)?.toString() ?? null }
}

/** Whether nobody else can change them meanwhile. */
const isOwn = (bytes: Uint8Array): bytes is Bytes => bytes.buffer instanceof ArrayBuffer

/**
 * The bytes of a body as a framework has them: a Buffer, an ArrayBuffer, a text. Throws a TypeError, which says what to do,
 * for what a parser has made of one.
 */
export const bytesOf = (body: GivenBody): Bytes => {
  if (typeof body === 'string') return utf8(body)
  if (ArrayBuffer.isView(body)) return isOwn(body) ? body : new Uint8Array(body)
  if (body instanceof ArrayBuffer) return new Uint8Array(body)
  throw new TypeError(
    'The body was parsed: verify its very bytes, as by request.arrayBuffer() or express.raw(), before anything else reads them.',
  )
}
