import { errors } from 'undici'

/**
 * Why no answer came, each with one sentence for people. A sentence never names an address, so that it tells a stranger
 * nothing about the network the server stands in.
 */
const sentences = {
  request_invalid: 'The request could not be sent because a header, the method or the URL is malformed.',
  dns_failed: 'The host name could not be resolved.',
  dns_timeout: 'The host name could not be resolved in time.',
  forbidden_address: 'The target leads to an address that this server does not connect to.',
  connect_refused: 'The connection was refused.',
  connect_timeout: 'The connection could not be set up in time.',
  connect_failed: 'The connection could not be set up.',
  tls_certificate_expired: 'The TLS certificate has expired.',
  tls_certificate_not_yet_valid: 'The TLS certificate is not valid yet.',
  tls_certificate_self_signed: 'The TLS certificate is self-signed.',
  tls_certificate_untrusted: 'The TLS certificate was not issued by a trusted authority.',
  tls_certificate_host_mismatch: 'The TLS certificate is for another host.',
  tls_failed: 'The TLS handshake failed.',
  proxy_unreachable: 'The forward proxy of this server could not be reached.',
  proxy_refused: 'The forward proxy of this server refused to connect.',
  timeout: 'No answer came in time.',
  connection_closed: 'The connection was closed before an answer came.',
  response_invalid: 'The answer is not valid HTTP, or its headers are too large.',
  aborted: 'The request was aborted.',
  client_closed: 'The server is shutting down.',
} as const

/** The word for a failure; stable, for programs and for the log of attempts. */
export type NetworkErrorKind = keyof typeof sentences

/** A failed exchange as it is stored and shown. */
export type NetworkFailure = { readonly kind: NetworkErrorKind; readonly message: string }

/** A failure on its way through the HTTP library, which carries errors and nothing else. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError'
  readonly kind: NetworkErrorKind

  constructor(kind: NetworkErrorKind, options: { cause?: unknown } = {}) {
    super(sentences[kind], options.cause === undefined ? undefined : { cause: options.cause })
    this.kind = kind
  }
}

/** The failure without the error around it. */
export const failureOf = (kind: NetworkErrorKind): NetworkFailure => ({ kind, message: sentences[kind] })

/** Failures of one address that another address of the same name may not share. */
export const mayTryNextAddress = (kind: NetworkErrorKind): boolean =>
  kind === 'connect_refused' || kind === 'connect_timeout' || kind === 'connect_failed'

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

/** Words of OpenSSL's verification (X509_V_ERR_…) and of Node's check of the host name. */
const certificateKinds: Readonly<Record<string, NetworkErrorKind>> = {
  CERT_HAS_EXPIRED: 'tls_certificate_expired',
  CERT_NOT_YET_VALID: 'tls_certificate_not_yet_valid',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls_certificate_self_signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls_certificate_untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'tls_certificate_untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls_certificate_untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls_certificate_untrusted',
  CERT_SIGNATURE_FAILURE: 'tls_certificate_untrusted',
  CERT_CHAIN_TOO_LONG: 'tls_certificate_untrusted',
  CERT_REVOKED: 'tls_certificate_untrusted',
  CERT_UNTRUSTED: 'tls_certificate_untrusted',
  CERT_REJECTED: 'tls_certificate_untrusted',
  INVALID_CA: 'tls_certificate_untrusted',
  INVALID_PURPOSE: 'tls_certificate_untrusted',
  PATH_LENGTH_EXCEEDED: 'tls_certificate_untrusted',
  HOSTNAME_MISMATCH: 'tls_certificate_host_mismatch',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls_certificate_host_mismatch',
}

/** Names why a certificate is not believed, by the word of whoever verified it. */
export const certificateKind = (reason: unknown): NetworkErrorKind =>
  certificateKinds[reason instanceof Error ? codeOf(reason) : String(reason)] ?? 'tls_certificate_untrusted'

/** Names what went wrong while a connection was set up; `reached` says that TCP stood and TLS was under way. */
export const connectErrorOf = (error: unknown, reached: boolean): NetworkError => {
  if (error instanceof NetworkError) return error
  const code = codeOf(error)
  const kind =
    certificateKinds[code] ??
    (reached ? 'tls_failed' : undefined) ??
    (code === 'ECONNREFUSED' ? 'connect_refused' : undefined) ??
    (code === 'ETIMEDOUT' ? 'connect_timeout' : 'connect_failed')
  return new NetworkError(kind, { cause: error })
}

/** Names what the HTTP library reports once a connection stands. */
export const exchangeErrorOf = (error: unknown): NetworkError => {
  if (error instanceof NetworkError) return error
  return new NetworkError(exchangeKind(error), { cause: error })
}

const exchangeKind = (error: unknown): NetworkErrorKind => {
  if (error instanceof errors.ClientDestroyedError || error instanceof errors.ClientClosedError) return 'client_closed'
  if (error instanceof errors.InvalidArgumentError || error instanceof errors.NotSupportedError)
    return 'request_invalid'
  if (error instanceof errors.HeadersOverflowError || error instanceof errors.ResponseContentLengthMismatchError)
    return 'response_invalid'
  // Of its socket errors these two are about what the answer says; the others are about the connection.
  if (error instanceof errors.SocketError && (error.message === 'bad response' || error.message === 'bad upgrade'))
    return 'response_invalid'
  if (error instanceof errors.HTTPParserError || codeOf(error).startsWith('HPE_')) return 'response_invalid'
  return 'connection_closed'
}
