import type { Bytes } from '../crypto/mac.ts'

/**
 * The bytes of a body, or undefined once they are more than `maxBytes`: the rest is then not read. Rejects when the
 * body breaks off.
 */
export const readBody = async (request: Pick<Body, 'body'>, maxBytes: number): Promise<Bytes | undefined> => {
  const chunks: Bytes[] = []
  let length = 0
  for await (const chunk of request.body ?? []) {
    length += chunk.length
    // Told so that a limit which is no number lets nothing in.
    if (!(length <= maxBytes)) return undefined
    chunks.push(chunk)
  }
  const [only, second] = chunks
  return only && !second ? only : new Uint8Array(await new Blob(chunks).arrayBuffer())
}

/** JSON, and no other character set than UTF-8. */
const jsonForm = /^application\/([\w.-]+\+)?json\s*(;\s*charset="?utf-8"?\s*)?$/i

/** Whether a content type is `application/json` or `application/….+json`, in UTF-8. Case does not matter. */
export const isJson = (contentType: string | null): boolean => jsonForm.test(contentType ?? '')
