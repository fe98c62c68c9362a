import { literalAddress } from '../../../net/ip-address.ts'
import { classifyAddress } from '../../../net/ip-ranges.ts'
import type { NetworkErrorKind } from '../../../net/network-error.ts'
import { failureOf } from '../../../net/network-error.ts'
import { failure, ok, warning, type Finding } from '../finding.ts'
import { hostOf, isLoopbackAddress, isLoopbackUrl } from '../loopback.ts'
import { isRedirect, type ReceiverFacts } from './facts.ts'

const dayMs = 86_400_000
/** Renewals that fail are noticed by then. */
const renewWithinDays = 14

const judgeHttps = ({ url }: ReceiverFacts): Finding => {
  if (url.protocol === 'https:') return ok('https', 'the URL is https')
  if (isLoopbackUrl(url))
    return ok('https', 'plain http, which is fine on this machine; imagehooks serve takes https endpoints only')
  return failure('https', {
    what: `the URL is plain http, and ${hostOf(url)} is not this machine`,
    why: 'Whoever is on the way reads the events and can hold them back; imagehooks serve refuses such an endpoint.',
    fix: 'Give the receiver a certificate (a platform such as Workers, or a proxy with ACME, has one) and use its https URL.',
  })
}

const judgeDns = ({ url, lookUp }: ReceiverFacts): Finding | undefined => {
  if (lookUp.ok)
    return literalAddress(url.hostname) === undefined
      ? ok(
          'dns',
          `${hostOf(url)} has ${lookUp.addresses.length === 1 ? 'the address' : 'the addresses'} ${lookUp.addresses.slice(0, 4).join(', ')}`,
        )
      : undefined
  return failure('dns', {
    what:
      lookUp.kind === 'dns_timeout'
        ? `no name server said within 3 seconds which address ${hostOf(url)} has`
        : `the name ${hostOf(url)} has no address`,
    why: 'A delivery to a name without an address fails before anything is sent.',
    fix: 'Check the spelling; then look at the A and AAAA records of the name, and whether its domain has expired.',
  })
}

const judgeAddress = ({ lookUp }: ReceiverFacts): Finding | undefined => {
  if (!lookUp.ok) return undefined
  if (lookUp.addresses.every(isLoopbackAddress))
    return ok('address', 'it is on this machine; a server elsewhere cannot reach it (imagehooks listen can)')
  const hidden = lookUp.addresses.filter((address) => classifyAddress(address).scope !== 'global')
  if (hidden.length === 0) return ok('address', 'the address is public')
  return warning('address', {
    what: `${hidden.slice(0, 4).join(', ')} cannot be reached from the internet`,
    why: 'imagehooks serve sends to public addresses only, so that no endpoint leads into the network it stands in.',
    fix: 'Publish the public address, or have the operator allow the range: --allow-target.',
  })
}

type Words = { readonly what: string; readonly fix: string }

const connectWords: Readonly<Partial<Record<NetworkErrorKind, Words>>> = {
  connect_refused: {
    what: 'the machine answers, but nothing listens at this port',
    fix: 'Start the receiver, or correct the port in the URL; a server in a container must listen on 0.0.0.0.',
  },
  connect_timeout: {
    what: 'nobody answered within 5 seconds',
    fix: 'A firewall drops the connection, or the address is wrong: allow the addresses that imagehooks doctor server names.',
  },
  connect_failed: {
    what: 'the connection could not be set up',
    fix: 'Check the address and the route to it; with IPv6 records, whether this machine has IPv6.',
  },
  tls_failed: {
    what: 'the port answers, but not in TLS 1.2 or later',
    fix: 'Is it the port of https? Then let the receiver speak TLS 1.2 or 1.3.',
  },
  connection_closed: {
    what: 'the connection was closed before an answer came',
    fix: 'See the log of the receiver or of the proxy before it: something ends requests without an answer.',
  },
  response_invalid: {
    what: 'what came back is not HTTP',
    fix: 'Check that an HTTP server listens at this port, and that its answers have less than 16 KiB of headers.',
  },
}

const judgeConnect = ({ certificate, answers: { unsigned } }: ReceiverFacts): Finding | undefined => {
  const kind = (certificate?.ok === false ? certificate.kind : undefined) ?? unsigned?.error
  if (kind === undefined || kind === 'timeout')
    return unsigned && ok('connect', `connected to ${unsigned.address ?? 'it'}`)
  const { what, fix } = connectWords[kind] ?? { what: failureOf(kind).message, fix: 'See the log of the receiver.' }
  return failure('connect', { what, why: 'No delivery arrives; each is repeated for 24 hours and then given up.', fix })
}

const dateOf = (instantMs: number): string => new Date(instantMs).toISOString().slice(0, 10)

const certificateWords: Readonly<Partial<Record<NetworkErrorKind, (issuer: string, isAlone: boolean) => Words>>> = {
  tls_certificate_self_signed: () => ({
    what: 'it is self-signed: nobody else vouches for it',
    fix: 'Get one of an authority that all trust, free by ACME (Let’s Encrypt).',
  }),
  tls_certificate_untrusted: (issuer, isAlone) => ({
    what: `it was issued by ${issuer}, which this machine does not trust${isAlone ? ', and it came without the certificates in between' : ''}`,
    fix: isAlone
      ? 'Let the receiver send the whole chain (fullchain.pem); if the authority is your own, use a public one.'
      : 'Use a certificate of a public authority.',
  }),
}

const judgeCertificate = ({ url, now, certificate }: ReceiverFacts): Finding | undefined => {
  if (!certificate?.ok) return undefined
  const { hosts, issuer, validFrom, validUntil, chainLength, problem } = certificate.certificate
  const why = 'No request is sent over a connection that is not trusted, so every delivery fails.'
  const refused = ({ what, fix }: Words): Finding => failure('certificate', { what, why, fix })
  if (problem === 'tls_certificate_expired')
    return refused({
      what: `it expired on ${dateOf(validUntil)}`,
      fix: 'Renew it, and let it be renewed by ACME from now on.',
    })
  if (problem === 'tls_certificate_not_yet_valid')
    return refused({
      what: `it is valid from ${dateOf(validFrom)} on only`,
      fix: 'Check the clock of this machine, and which certificate was installed.',
    })
  if (problem === 'tls_certificate_host_mismatch')
    return refused({
      what: `it is for ${hosts.slice(0, 5).join(', ') || 'no name'}, not for ${hostOf(url)}`,
      fix: `Get a certificate that names ${hostOf(url)}, or use the name that it is for.`,
    })
  if (problem !== undefined)
    return refused(
      certificateWords[problem]?.(issuer, chainLength === 1) ?? {
        what: failureOf(problem).message,
        fix: 'Use a certificate of a public authority.',
      },
    )
  const days = Math.floor((validUntil - now) / dayMs)
  if (days >= renewWithinDays) return ok('certificate', `valid for ${hostOf(url)}, ${days} days left, by ${issuer}`)
  return warning('certificate', {
    what: `it expires in ${days === 1 ? '1 day' : `${days} days`}, on ${dateOf(validUntil)}`,
    why: 'From then on every delivery fails. Those that renew by themselves do so earlier, so the renewal may be failing.',
    fix: 'Renew it now, and see why it was not renewed by itself.',
  })
}

const judgeRedirect = ({ url, answers: { unsigned } }: ReceiverFacts): Finding | undefined => {
  if (!isRedirect(unsigned)) return undefined
  const target = unsigned?.location === undefined ? undefined : URL.parse(unsigned.location, url)?.href
  return failure('redirect', {
    what: `it answers ${unsigned?.status} and sends the client to ${target ?? 'somewhere else'}`,
    why: 'Redirects are not followed: the signature is for whom the event was sent to. Each delivery counts as failed.',
    fix:
      target === undefined
        ? 'Give the endpoint the final URL.'
        : `If that is the receiver, use it as the URL: ${target}`,
  })
}

/** What stands between here and the receiver, in the order in which a request meets it. */
export const judgeConnection = (facts: ReceiverFacts): readonly Finding[] =>
  [judgeHttps, judgeDns, judgeAddress, judgeConnect, judgeCertificate, judgeRedirect].flatMap(
    (judge) => judge(facts) ?? [],
  )
