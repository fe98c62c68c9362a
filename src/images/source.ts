import { PassThrough } from 'node:stream'
import type { TemporaryBlob } from '../blobs/blob-store.ts'
import { AppError } from '../domain/errors.ts'
import { imageLimits } from '../domain/image.ts'
import { isPlainText } from '../domain/text.ts'
import { decodedLeniently, type FetchedFile, fetchFile, type FileAddress, fileAddress } from '../net/fetch-file.ts'
import type { ImagesParts } from './parts.ts'

/** Where an image is fetched from. */
export type Source = FileAddress & {
  /** The last segment of the URL's path; empty when that is none. */
  readonly filename: string
}

const longestUrl = 4096
const mostRedirects = 5
/** For everything: all redirects, and the last byte of the image. */
const fetchWithinMs = 30_000

const refuse = (message: string): AppError => new AppError('bad_request', message, { pointer: 'url' })
const failed = (message: string): AppError => new AppError('source_failed', message, { pointer: 'url' })

const filenameOf = ({ pathname }: URL): string => {
  const name = decodedLeniently(pathname.slice(pathname.lastIndexOf('/') + 1))
  // A name that could not be one is none; what the image is is told by its bytes.
  return isPlainText(name) ? [...name].slice(0, imageLimits.filenameCharacters).join('') : ''
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
  return { ...fileAddress(url), filename: filenameOf(url) }
}

/** Why there is no image. */
const faultOf = (file: Exclude<FetchedFile, { outcome: 'fetched' }>): AppError => {
  switch (file.outcome) {
    case 'status':
      return failed(`The address in url answered with status ${file.status}; it must answer 200 with the image.`)
    case 'failed':
      return failed(`The address in url could not be read: ${file.error.message}`)
    case 'too_large':
      return new AppError('image_too_large', `The file at url is over ${imageLimits.fileBytes} bytes (10 MB).`, {
        pointer: 'url',
      })
    case 'broken_off':
      return failed(`The image at url broke off, or did not arrive within ${fetchWithinMs / 1000} seconds.`)
    case 'compressed':
      return failed('The image at url came compressed, though that was not asked for.')
    case 'redirect_nowhere':
      return failed('The address in url redirects without saying where.')
    case 'redirect_refused':
      return failed('The address in url redirects to something that is no web address.')
    case 'too_many_redirects':
      return failed(`The address in url redirects more than ${mostRedirects} times.`)
  }
}

const drained = (body: PassThrough): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      body.off('drain', done)
      body.off('close', done)
      resolve()
    }
    body.once('drain', done)
    body.once('close', done)
  })

/**
 * Fetches an image into a temporary blob, byte by byte as it comes, following up to five redirects; each address is
 * judged before it is connected to. What the server says of the type is ignored: the bytes tell.
 * @throws AppError `source_failed`, `image_too_large`, `unavailable`.
 */
export const fetchSource = async (parts: ImagesParts, from: Source): Promise<TemporaryBlob> => {
  const body = new PassThrough()
  // A body that nobody comes to read must not end the process.
  body.on('error', () => {})
  let receiving: Promise<TemporaryBlob> | undefined
  const file = await fetchFile(parts, {
    from,
    headers: { accept: 'image/*', 'user-agent': parts.userAgent },
    withinMs: fetchWithinMs,
    mostBytes: imageLimits.fileBytes,
    mostRedirects,
    receive() {
      receiving = parts.blobs.createTemporary(body, { maxBytes: imageLimits.fileBytes })
      receiving.catch(() => body.destroy())
      return (chunk) => {
        if (body.destroyed) return Promise.reject(new Error('No more is taken.'))
        return body.write(chunk) ? undefined : drained(body)
      }
    },
  })
  body.end()
  const temporary = await receiving
  if (temporary && file.outcome === 'fetched') return temporary
  await temporary?.discard()
  throw file.outcome === 'fetched' ? failed('The address in url answered without an image.') : faultOf(file)
}
