import { randomBytes } from 'node:crypto'
import { convertV4MiniflareOptions, Miniflare, NoOpLog } from 'miniflare'
import type { S3Credentials, S3Place } from '../../src/blobs/s3-client.ts'

/** An S3 endpoint on 127.0.0.1 with one bucket, which is gone when it stops. */
export type TestS3 = {
  readonly credentials: S3Credentials
  /** A part of the bucket that nobody else has. */
  newPlace(): S3Place
  /** Ends its process and removes what it kept. */
  stop(): Promise<void>
}

const bucket = 'images'

/** Starts Cloudflare's own R2 with its S3 endpoint. */
export const startS3 = async (): Promise<TestS3> => {
  const credentials = { accessKeyId: 'test-access-key', secretAccessKey: 'test-secret-of-the-storage' }
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: 'export default { fetch: () => new Response(null, { status: 404 }) }',
      host: '127.0.0.1',
      port: 0,
      cf: false,
      telemetry: { enabled: false },
      log: new NoOpLog(),
      compatibilityDate: '2026-10-01',
      r2Buckets: { BLOBS: { id: bucket, s3Credentials: credentials } },
    }),
  )
  try {
    const endpoint = new URL('/cdn-cgi/local/r2/s3', await miniflare.ready).href
    return {
      credentials,
      newPlace: () => ({ endpoint, region: 'auto', bucket, prefix: `test/${randomBytes(8).toString('hex')}` }),
      stop: () => miniflare.dispose(),
    }
  } catch (error) {
    await miniflare.dispose()
    throw error
  }
}
