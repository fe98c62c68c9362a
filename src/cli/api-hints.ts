import { ApiError } from '../client/api-error.ts'
import type { Client } from '../client/client.ts'
import type { ServerAccess } from './server-access.ts'

/** What shows which ones there are, by the number of the refusal (docs/errors.md). */
const lists: Readonly<Record<number, string>> = {
  5404: 'imagehooks images list',
  5401: 'imagehooks variants list',
  5471: 'imagehooks endpoints list',
  5472: 'imagehooks deliveries list',
  5474: 'imagehooks tokens list',
  5475: 'imagehooks keys list',
  5482: 'imagehooks endpoints replays',
}

const authentication = 10_000

const codeOf = (error: unknown): string => {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if ('code' in cause && typeof cause.code === 'string') return cause.code
  return ''
}

const isCertificate = (code: string): boolean => /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/.test(code)

/** Why no answer came, and what to do. */
const unreachable = (code: string, { server, serverFrom }: ServerAccess): string => {
  const place = `${server} (${serverFrom})`
  if (code === 'ECONNREFUSED')
    return `Nothing listens at ${place}. Start the server there (imagehooks dev starts one), or name another with --url or IMAGEHOOKS_URL.`
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `The host of ${place} is not known; check its spelling in --url or IMAGEHOOKS_URL.`
  if (isCertificate(code))
    return `The certificate of ${place} is not trusted (${code}); give the server a good one, or name the file of its authority in NODE_EXTRA_CA_CERTS.`
  return `${place} cannot be reached${code === '' ? '' : ` (${code})`}; check that the server runs there, and that nothing on the way stops it.`
}

const hintFor = (error: ApiError, access: ServerAccess): string | undefined => {
  const { status, code, message } = error
  if (status === 0) return unreachable(codeOf(error), access)
  if (code === authentication && /\bonly read\b/.test(message))
    return `${message} The token is from ${access.tokenFrom}; make another with: imagehooks tokens create --name NAME`
  if (code === authentication)
    return `${message} The token is from ${access.tokenFrom}, and the account is ${access.accountId}; set both with IMAGEHOOKS_API_TOKEN and IMAGEHOOKS_ACCOUNT_ID.`
  const list = status === 404 ? lists[code] : undefined
  return list === undefined ? undefined : `${message} To see which there are: ${list}`
}

/** The same failure, with what to do next where we know more than the server. */
export const withHint = (error: unknown, access: ServerAccess): unknown => {
  if (!(error instanceof ApiError)) return error
  // A server that sends back what it was sent must not bring the token into a log.
  const sentence = (hintFor(error, access) ?? error.message).replaceAll(access.token, '[the token]')
  if (sentence === error.message) return error
  const { status, code, pointer, retryAfterMs } = error
  return new ApiError(sentence, { status, code, pointer, retryAfterMs, cause: error.cause ?? error })
}

/** A client whose failures say what to do next. */
export const hintingClient = (client: Client, access: ServerAccess): Client => {
  const hinting = async <Result>(work: Promise<Result>): Promise<Result> => {
    try {
      return await work
    } catch (error) {
      throw withHint(error, access)
    }
  }
  return {
    call: (name, input) => hinting(client.call(name, input)),
    open: (name, input) => hinting(client.open(name, input)),
    explain: (id) => hinting(client.explain(id)),
    async *readFeed(query) {
      try {
        yield* client.readFeed(query)
      } catch (error) {
        throw withHint(error, access)
      }
    },
  }
}
