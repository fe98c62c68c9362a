import { createHash } from 'node:crypto'
import { AwsV4Signer } from 'aws4fetch'
import { type Clock, sleep } from '../domain/clock.ts'
import type { Random } from '../domain/random.ts'
import type { Log } from '../telemetry/log.ts'
import { systemCode } from './file-system.ts'
import { readText } from './s3-body.ts'
import { refusal, StorageError, unavailable } from './s3-error.ts'
import { childText, readXml } from './s3-xml.ts'

/** A bucket of S3-compatible storage, or a part of one. */
export type S3Place = {
  /** An http or https URL without a slash at the end; the bucket follows as the first part of the path. */
  readonly endpoint: string
  readonly region: string
  readonly bucket: string
  /** Stands before every object's name, with a slash between; empty for none. */
  readonly prefix: string
}

/** What signs requests. */
export type S3Credentials = {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** With temporary credentials. */
  readonly sessionToken?: string
}

/** How often a request is tried and how long an answer may take, its body included unless that is streamed. */
export type Patience = { readonly attemptCount: number; readonly answerMs: number }

/** A request to the storage; it may be sent several times. */
export type S3Request = {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  /** The object; absent for the bucket itself. */
  readonly name?: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Blob | string
  /** SHA-256 of a Blob body, 64 lower-case hex digits; that of a text is computed. */
  readonly digest?: string
  /** Statuses that are answers and no failures, beside 200 to 299; their body is read and gone. */
  readonly accept?: readonly number[]
  /** Default: four times, 30 s each. */
  readonly patience?: Patience
}

/** Sends signed requests. */
export type S3Client = {
  /**
   * Sends until the storage has answered and `take` has made a value of the answer. `take` reads the body to its end or
   * hands it on; when it throws a StorageError, that counts as a failed attempt. Failures that may pass are tried again
   * with growing, random pauses.
   * @throws AppError `unavailable` with a StorageError as its cause; what `take` throws beside.
   */
  send<Value>(request: S3Request, take: (response: Response) => Promise<Value>): Promise<Value>
}

/** What a client is made of. */
export type S3ClientOptions = {
  place: S3Place
  credentials: S3Credentials
  clock: Clock
  random: Random
  /** Told once when the storage begins to fail and once when it works again. */
  log: Log
  /** Default: the runtime's. */
  fetch?: typeof globalThis.fetch
}

const usualPatience: Patience = { attemptCount: 4, answerMs: 30_000 }
/** No further attempt is begun after that. */
const retryWithinMs = 30_000
const firstPauseMs = 200
const longestErrorBytes = 65_536
const codeForm = /^[A-Za-z][\w.]{0,63}$/

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

/** The word of S3 for a failure. Nothing else of an error's body is used: it may repeat what was signed. */
const readCode = async (response: Response): Promise<string | undefined> => {
  const text = await readText(response, longestErrorBytes)
  try {
    const code = childText(readXml(text), 'Code')
    return code !== undefined && codeForm.test(code) ? code : undefined
  } catch {
    // Proxies in between answer in HTML; then the status alone has to do.
    return undefined
  }
}

/** Says it when the storage begins to fail and when it works again, and not with every request. */
const reportChanges = (log: Log) => {
  let isFailing = false
  return (failure?: StorageError): void => {
    if (isFailing === (failure !== undefined)) return
    isFailing = !isFailing
    if (failure) log.error({ err: failure }, 'The image storage fails')
    else log.info({}, 'The image storage works again')
  }
}

/** A client for one place. Nothing is sent until it is asked to. */
export const createS3Client = (options: S3ClientOptions): S3Client => {
  const { place, credentials, clock, random, fetch = globalThis.fetch } = options
  const where = `The storage at ${new URL(place.endpoint).origin}`
  const report = reportChanges(options.log)
  const signingKeys = new Map<string, ArrayBuffer>()

  const sign = async ({ method, name, query, headers, body, digest }: S3Request): Promise<[URL, RequestInit]> => {
    const path = [place.bucket, ...(name === undefined ? [] : [place.prefix, name])].filter((part) => part !== '')
    const url = new URL(`${place.endpoint}/${path.join('/')}`)
    for (const [parameter, value] of Object.entries(query ?? {})) url.searchParams.set(parameter, value)
    const signed = await new AwsV4Signer({
      ...credentials,
      service: 's3',
      region: place.region,
      method,
      url: url.href,
      headers: { ...headers, 'x-amz-content-sha256': digest ?? hashOf(typeof body === 'string' ? body : '') },
      datetime: new Date(clock.now()).toISOString().replaceAll(/[:-]|\.\d{3}/g, ''),
      cache: signingKeys,
    }).sign()
    // Not signed, since proxies change it; asked for, since a compressed answer's size is not the blob's.
    signed.headers.set('accept-encoding', 'identity')
    return [signed.url, { method, headers: signed.headers, body: body ?? null, redirect: 'manual' }]
  }

  const attempt = async <Value>(request: S3Request, take: (response: Response) => Promise<Value>): Promise<Value> => {
    const { answerMs } = request.patience ?? usualPatience
    const controller = new AbortController()
    const cancelTimer = clock.after(answerMs, () =>
      controller.abort(new StorageError(`${where} took over ${answerMs} ms to answer.`, { mayPass: true })),
    )
    try {
      const [url, init] = await sign(request)
      const response = await fetch(url, { ...init, signal: controller.signal }).catch((cause: unknown) => {
        if (cause instanceof StorageError) throw cause
        const reason = systemCode(cause instanceof Error ? cause.cause : undefined) ?? 'the connection failed'
        throw new StorageError(`${where} does not answer (${reason}).`, { mayPass: true, cause })
      })
      const code = response.ok ? undefined : await readCode(response)
      // A bucket that is not there must not look like an object that is not there.
      const isAnswer = response.ok || (request.accept?.includes(response.status) && code !== 'NoSuchBucket')
      if (!isAnswer) throw refusal(where, request.method, response.status, code)
      return await take(response)
    } catch (error) {
      controller.abort()
      throw error
    } finally {
      cancelTimer()
    }
  }

  const send: S3Client['send'] = async (request, take) => {
    const { attemptCount } = request.patience ?? usualPatience
    const begunAt = clock.monotonic()
    for (let number = 1; ; number++) {
      try {
        const value = await attempt(request, take)
        report()
        return value
      } catch (error) {
        if (!(error instanceof StorageError)) throw error
        if (!error.mayPass || number >= attemptCount || clock.monotonic() - begunAt > retryWithinMs) {
          report(error)
          throw unavailable(error)
        }
        await sleep(clock, random.fraction() * firstPauseMs * 2 ** (number - 1))
      }
    }
  }
  return { send }
}
