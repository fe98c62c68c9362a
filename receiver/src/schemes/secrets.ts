/** One secret, or up to four while they are rotated, the newest first; all but the first may be undefined. */
export type Secrets = string | readonly (string | undefined)[]

/** How many characters a secret may have. */
const secretLengthLimit = 256

/** Not blank, no line end that a file left, and not what a template makes of a variable that is not set. */
const secretForm = /^(?!(undefined|null|\s+)$)\P{Cc}+$/u

/** The secret itself. Throws a TypeError that calls it `name`, and never quotes it, where it cannot be a secret. */
export const checkSecret = (secret: unknown, name: string): string => {
  if (typeof secret === 'string' && secret.length <= secretLengthLimit && secretForm.test(secret)) return secret
  const found = typeof secret === 'string' ? 'empty, too long, not set or has a line end' : typeof secret
  throw new TypeError(`${name} is ${found}.`)
}
