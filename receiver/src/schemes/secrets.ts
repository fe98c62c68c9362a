/** One secret, or up to four while they are rotated, the newest first. */
export type Secrets = string | readonly string[]

/** How many secrets a receiver may hold. */
export const secretCountLimit = 4

/** How many characters a secret may have. */
const secretLengthLimit = 256

/** The secret itself. Throws a TypeError that calls it `name`, and never quotes it, where it cannot be a secret. */
export const checkSecret = (secret: unknown, name: string): string => {
  if (typeof secret === 'string' && secret.trim() && secret.length <= secretLengthLimit) return secret
  const found = typeof secret === 'string' ? 'empty, blank or too long' : typeof secret
  throw new TypeError(`${name} is ${found}: give the endpoint's secret, 1 to ${secretLengthLimit} characters.`)
}
