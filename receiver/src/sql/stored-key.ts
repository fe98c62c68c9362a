/** A key that fits the index of every database as it is; PostgreSQL's takes 2 704 bytes. */
const keyLengthLimit = 600

/** The key itself, or for a very long one its digest. */
export const storedKey = async (key: string): Promise<string> => {
  if (key.length <= keyLengthLimit) return key
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key))
  return `long|${Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')}`
}
