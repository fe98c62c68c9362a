import { AppError } from '../domain/errors.ts'

/** An opaque token for the next page of a list: the key of the last row that was answered. */
export const pageToken = (key: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(key)).toString('base64url')

/** The longest token that is read at all; custom image ids may have 1,024 characters. */
const longestToken = 8192

const isKey = (value: unknown): value is (string | number)[] =>
  Array.isArray(value) && value.every((part) => typeof part === 'string' || typeof part === 'number')

/**
 * The key inside a token; undefined when there is no token (an empty one counts as none, since the official client sends
 * `continuation_token=`). A token that was not made here is refused with `bad_request`.
 */
export const readPageToken = (
  token: string | undefined,
  shape: readonly ('string' | 'number')[],
): readonly (string | number)[] | undefined => {
  if (token === undefined || token === '') return undefined
  const refuse = new AppError(
    'bad_request',
    'continuation_token is not one that this server gave; ask for the first page again.',
    {
      pointer: 'continuation_token',
    },
  )
  if (token.length > longestToken) throw refuse
  let key: unknown
  try {
    key = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'))
  } catch {
    throw refuse
  }
  if (
    !isKey(key) ||
    key.length !== shape.length ||
    key.some((part, index) => typeof part !== shape[index]) ||
    /\p{Cc}/u.test(key.join(''))
  )
    throw refuse
  return key
}
