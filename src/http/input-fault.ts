import type { z } from 'zod'

/** What the schemas' kinds of values are called in a sentence. */
const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  record: 'an object',
  object: 'an object',
}

const entries: Readonly<Record<string, string>> = { string: ' characters', array: ' entries' }

const quoted = (names: readonly PropertyKey[]): string => names.map((name) => `"${String(name)}"`).join(', ')

/** The longest name of a user's that a sentence repeats. */
const longestName = 100

/**
 * What is wrong with a value and what it must be, as the end of a sentence that begins with the field's name. For a
 * parse of zod; a schema with a message of its own, in the same form, is not asked for here.
 */
export const inputFault = (issue: z.core.$ZodRawIssue): string => {
  switch (issue.code) {
    case 'invalid_type': {
      const kind = kinds[issue.expected] ?? issue.expected
      return issue.input === undefined ? `is missing; it must be ${kind}` : `must be ${kind}`
    }
    case 'invalid_value':
      return `must be one of ${issue.values.join(', ')}`
    case 'too_small':
      return `must be at least ${issue.minimum}${entries[issue.origin] ?? ''}`
    case 'too_big':
      return `must be at most ${issue.maximum}${entries[issue.origin] ?? ''}`
    case 'unrecognized_keys':
      return `must not have ${quoted(issue.keys.slice(0, 3)).slice(0, longestName)}; remove it or correct its name`
    default:
      return 'is not valid'
  }
}
