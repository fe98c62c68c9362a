import { PassThrough } from 'node:stream'
import type { TemporaryBlob } from '../blobs/blob-store.ts'
import { AppError } from '../domain/errors.ts'
import { imageLimits } from '../domain/image.ts'
import { isPlainText } from '../domain/text.ts'
import type { ResponseHeader } from '../net/exchange.ts'
import type { SendResult } from '../net/guarded-client.ts'
import type { ImagesParts } from './parts.ts'

/** Where an image is fetched from. */
export type Source = {
  /** Without user information and fragment. */
  readonly url: URL
  /** The header that says what stood as user information; never logged, never stored. */
  readonly authorization: string | undefined
  /** The last segment of the URL's path; empty when that is none. */
  readonly filename: string
}

const longestUrl = 4096
const mostRedirects = 5
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])
/** For everything: all redirects, and the last byte of the image. */
const fetchWithinMs = 30_000

const refuse = (message: string): AppError => new AppError('bad_request', message, { pointer: 'url' })
const failed = (message: string): AppError => new AppError('source_failed', message, { pointer: 'url' })

/** Percent escapes read, where they make sense. */
const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const filenameOf = ({ pathname }: URL): string => {
  const name = decoded(pathname.slice(pathname.lastIndexOf('/') + 1))
  // A name that could not be one is none; what the image is is told by its bytes.
  return isPlainText(name) ? [...name].slice(0, imageLimits.filenameCharacters).join('') : ''
}

/** RFC 7617 §2, with UTF-8. */
const basic = ({ username, password }: URL): string | undefined =>
  username === '' && password === ''
    ? undefined
    : `Basic ${Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64')}`

const sourceOf = (url: URL): Source => {
  const authorization = basic(url)
  const bare = new URL(url)
  bare.username = ''
  bare.password = ''
  bare.hash = ''
  return { url: bare, authorization, filename: filenameOf(url) }
}

/**
 * Reads the address of an upload by `url`: `https:` or `http:`, at most 4,096 characters; a user name and a password in
 * it are sent as basic authentication.
 * @throws AppError `bad_request`; no sentence repeats any part of the address.
 */
export const readSource = (text: string): Source => {
  if (text.length > longestUrl) throw refuse(`url must be at most ${longestUrl} characters long.`)
  const url = URL.parse(text)
  if (!url) throw refuse('url must be a complete address such as https://example.com/photo.jpg.')
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refuse('url must begin with https:// or http://.')
  return sourceOf(url)
}

const headerOf = (headers: readonly ResponseHeader[], wanted: string): string | undefined =>
  headers.find(([name]) => name.toLowerCase() === wanted)?.[1]

/** Where a redirect leads. Credentials stay with the origin that they were given for. */
const nextHop = ({ url, authorization, filename }: Source, { responseHeaders }: SendResult): Source => {
  const location = headerOf(responseHeaders, 'location')
  const target = location === undefined ? null : URL.parse(location, url)
  if (!target) throw failed('The address in url redirects without saying where.')
  if (target.protocol !== 'https:' && target.protocol !== 'http:')
    throw failed('The address in url redirects to something that is no web address.')
  const next = sourceOf(target)
  const kept = target.origin === url.origin ? authorization : undefined
  return { url: next.url, authorization: next.authorization ?? kept, filename }
}

const checkStatus = (status: number | undefined): void => {
  if (status !== 200)
    throw failed(`The address in url answered with status ${status}; it must answer 200 with the image.`)
}

/** What is wrong with an answer that was to be the image. */
const faultOf = ({ truncated, responseHeaders }: SendResult, takenBytes: number): AppError | undefined => {
  if (takenBytes > imageLimits.fileBytes)
    return new AppError('image_too_large', `The file at url is over ${imageLimits.fileBytes} bytes (10 MB).`, {
      pointer: 'url',
    })
  if (truncated) return failed(`The image at url broke off, or did not arrive within ${fetchWithinMs / 1000} seconds.`)
  const encoding = headerOf(responseHeaders, 'content-encoding')?.trim().toLowerCase() ?? 'identity'
  if (encoding !== 'identity') return failed('The image at url came compressed, though that was not asked for.')
  return undefined
}

/**
 * Fetches an image into a temporary blob, byte by byte as it comes, following up to five redirects; each address is
 * judged before it is connected to. What the server says of the type is ignored: the bytes tell.
 * @throws AppError `source_failed`, `image_too_large`, `unavailable`.
 */
export const fetchSource = async (parts: ImagesParts, from: Source): Promise<TemporaryBlob> => {
  const { client, clock, userAgent, blobs } = parts
  const endsAt = clock.monotonic() + fetchWithinMs
  let source = from
  for (let hops = 0; hops <= mostRedirects; hops++) {
    const body = new PassThrough()
    // A body that nobody comes to read must not end the process.
    body.on('error', () => {})
    let takenBytes = 0
    let receiving: Promise<TemporaryBlob> | undefined
    const result = await client.send({
      url: source.url,
      method: 'GET',
      headers: {
        accept: 'image/*',
        'accept-encoding': 'identity',
        'user-agent': userAgent,
        ...(source.authorization !== undefined && { authorization: source.authorization }),
      },
      body: new Uint8Array(),
      timeoutMs: Math.max(0, endsAt - clock.monotonic()),
      sink: {
        wants(status) {
          if (status === 200) receiving = blobs.createTemporary(body, { maxBytes: imageLimits.fileBytes })
          receiving?.catch(() => body.destroy())
          return status === 200
        },
        take(chunk) {
          takenBytes += chunk.length
          if (body.destroyed || takenBytes > imageLimits.fileBytes)
            return Promise.reject(new Error('No more is taken.'))
          return body.write(chunk) ? undefined : drained(body)
        },
      },
    })
    const fault = receiving && faultOf(result, takenBytes)
    body.end()
    const temporary = await receiving
    if (fault) {
      await temporary?.discard()
      throw fault
    }
    if (temporary) return temporary
    if (result.error) throw failed(`The address in url could not be read: ${result.error.message}`)
    if (!redirects.has(result.status ?? 0)) checkStatus(result.status)
    source = nextHop(source, result)
  }
  throw failed(`The address in url redirects more than ${mostRedirects} times.`)
}

const drained = (body: PassThrough): Promise<void> =>
  new Promise((resolve) => {
    body.once('drain', resolve)
    body.once('close', resolve)
  })
