import type { Attempt } from '../domain/delivery.ts'

/** How an attempt ended, as a clause: `was answered 500`, `failed: The connection was refused.` */
export const outcomeWords = ({ status, error }: Attempt): string =>
  status === null ? `failed: ${error?.message ?? 'No answer came.'}` : `was answered ${status}.`

const statusAdvice: Readonly<Record<number, string>> = {
  400: 'The receiver takes the request for malformed; see what its answer says.',
  401: 'The receiver refuses the signature or the credentials; compare the secret on both sides.',
  403: 'The receiver refuses the signature or the credentials; compare the secret on both sides.',
  404: 'Nothing stands at this path; compare the endpoint’s URL with the receiver’s route.',
  405: 'The receiver takes no POST at this path; compare the endpoint’s URL with the receiver’s route.',
  413: 'The receiver takes only smaller bodies; raise its limit to 64 KiB.',
  415: 'The receiver does not take application/json.',
  429: 'The receiver is asked too often; set rate_limit or max_concurrency on the endpoint.',
}

const errorAdvice: Readonly<Record<string, string>> = {
  dns_failed: 'Check the host name in the endpoint’s URL.',
  dns_timeout: 'The name server is slow or away; check the host name in the endpoint’s URL.',
  forbidden_address: 'Use a public address, or have the operator allow the range with --allow-target.',
  connect_refused: 'Nothing listens there; start the receiver, or correct the port in the endpoint’s URL.',
  connect_timeout: 'A firewall may drop the connection; check that this server may reach the receiver.',
  timeout: 'The receiver should answer 2xx first and do its work afterwards.',
  connection_closed: 'The receiver or a proxy before it closes connections early; see its log.',
}

/** What to do about a failed attempt, in one sentence; undefined when there is nothing to say beyond how it ended. */
export const adviceOf = ({ status, error }: Attempt): string | undefined => {
  if (status === null) {
    const kind = error?.kind ?? ''
    return errorAdvice[kind] ?? (kind.startsWith('tls_') ? 'Renew or correct the receiver’s certificate.' : undefined)
  }
  if (status >= 300 && status <= 399) return 'Redirects are not followed; give the endpoint the final URL.'
  if (status >= 500) return 'The receiver failed while handling it; see its log.'
  return statusAdvice[status]
}
