import { AppError } from '../domain/errors.ts'

/** A failure of the storage; its message is one sentence for the operator, without anything that signs or is signed. */
export class StorageError extends Error {
  override readonly name = 'StorageError'
  /** Whether trying again may help. */
  readonly mayPass: boolean

  constructor(message: string, options: { mayPass: boolean; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.mayPass = options.mayPass
  }
}

/** What the callers of a store hear of a storage failure: `unavailable`, with the operator's sentence as its cause. */
export const unavailable = (cause: StorageError): AppError =>
  new AppError('unavailable', 'The image storage cannot be used at the moment; try again later.', { cause })

const checkKeys = 'check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY'
const checkPlace = 'check the endpoint and the region of the blob URL'

/** What an operator does about a code of S3's. */
const advice: Readonly<Record<string, string>> = {
  InvalidAccessKeyId: checkKeys,
  SignatureDoesNotMatch: checkKeys,
  Unauthorized: checkKeys,
  ExpiredToken: 'check AWS_SESSION_TOKEN',
  InvalidToken: 'check AWS_SESSION_TOKEN',
  AccessDenied: 'the access key must be allowed to put, get, delete and list objects in the bucket',
  RequestTimeTooSkewed: 'set the clock of this machine',
  NoSuchBucket: 'check the bucket of the blob URL',
  AuthorizationHeaderMalformed: checkPlace,
  PermanentRedirect: checkPlace,
  TemporaryRedirect: checkPlace,
}

/** Codes that stand for a moment's trouble although their status does not; damage on the way is among them. */
const passingCodes = new Set([
  'BadDigest',
  'ConditionalRequestConflict',
  'OperationAborted',
  'RequestTimeout',
  'XAmzContentSHA256Mismatch',
])
const passingStatuses = new Set([408, 429, 500, 502, 503, 504])

/** An answer that is no success, as an error. `code` is S3's word for it, where there is one. */
export const refusal = (place: string, method: string, status: number, code?: string): StorageError => {
  const help = advice[code ?? '']
  return new StorageError(
    `${place} answered ${method} with ${status}${code ? ` ${code}` : ''}${help ? `: ${help}` : ''}.`,
    { mayPass: passingStatuses.has(status) || passingCodes.has(code ?? '') },
  )
}
