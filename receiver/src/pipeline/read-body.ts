const joined = (chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> => {
  const body = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    body.set(chunk, at)
    at += chunk.length
  }
  return body
}

/**
 * The bytes of a request's body, or undefined once they are more than `maxBytes`: the rest is then not read. Rejects
 * when the body breaks off.
 */
export const readBody = async (request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer> | undefined> => {
  if (!request.body) return new Uint8Array(0)
  const chunks: Uint8Array<ArrayBuffer>[] = []
  let length = 0
  for await (const chunk of request.body) {
    length += chunk.length
    if (length > maxBytes) return undefined
    chunks.push(chunk)
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : joined(chunks, length)
}

/** Whether a content type is JSON (`application/json`, `application/….+json`) in UTF-8. Case does not matter. */
export const isJson = (contentType: string | null): boolean => {
  const [essence = '', ...parameters] = (contentType ?? '').toLowerCase().split(';', 8)
  if (!/^application\/([\w.-]+\+)?json$/.test(essence.trim())) return false
  return parameters.every((parameter) => !/^\s*charset=/.test(parameter) || /=\s*"?utf-?8"?\s*$/.test(parameter))
}
