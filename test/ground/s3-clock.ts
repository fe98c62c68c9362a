import { AwsV4Signer } from 'aws4fetch'
import type { S3Credentials } from '../../src/blobs/s3-client.ts'

/** A storage whose clock a test can move. */
export type MovableS3 = {
  fetch: typeof globalThis.fetch
  /** Moves the storage's clock on by `ms`: what it keeps from now on is dated later, what it has kept is older. */
  advance(ms: number): void
}

/**
 * Stands before an endpoint that knows the real time only. While its clock was not moved, everything passes unchanged;
 * after that requests are signed anew with the real time, and the dates of listings are put right.
 */
export const movableS3 = (credentials: S3Credentials): MovableS3 => {
  let aheadMs = 0
  const keptAheadMs = new Map<string, number>()

  const signAnew = async (url: URL, init: RequestInit): Promise<RequestInit> => {
    const headers = new Headers(init.headers)
    for (const name of ['authorization', 'x-amz-date', 'accept-encoding']) headers.delete(name)
    const method = init.method ?? 'GET'
    const signed = await new AwsV4Signer({
      ...credentials,
      service: 's3',
      region: 'auto',
      method,
      url: url.href,
      headers,
    }).sign()
    return { ...init, headers: signed.headers }
  }
  const redate = (listing: string): string =>
    listing.replaceAll(
      /<Key>([^<]*)<\/Key>(.*?)<LastModified>([^<]*)</g,
      (_, key: string, between: string, date: string) => {
        const moved = new Date(Date.parse(date) + (keptAheadMs.get(key) ?? 0)).toISOString()
        return `<Key>${key}</Key>${between}<LastModified>${moved}<`
      },
    )

  return {
    async fetch(input, init = {}) {
      const url = new URL(input instanceof Request ? input.url : input)
      const aheadNow = aheadMs
      const response = await fetch(url, aheadNow === 0 ? init : await signAnew(url, init))
      const isListing = url.searchParams.has('list-type')
      if (init.method === 'PUT') for (const key of namesOf(url)) keptAheadMs.set(key, aheadNow)
      if (!isListing || !response.ok) return response
      const headers = { date: new Date(Date.now() + aheadNow).toUTCString() }
      return new Response(redate(await response.text()), { status: response.status, headers })
    },
    advance: (ms) => {
      aheadMs += ms
    },
  }
}

/** What may be the object's key: the endpoint's own path is of unknown length. */
const namesOf = (url: URL): string[] => {
  const parts = url.pathname.slice(1).split('/')
  return parts.map((_, index) => parts.slice(index).join('/'))
}
