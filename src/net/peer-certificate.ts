import { connect, type DetailedPeerCertificate } from 'node:tls'
import type { Clock } from '../domain/clock.ts'
import { certificateKind, connectErrorOf, NetworkError, type NetworkErrorKind } from './network-error.ts'
import { createTlsTrust } from './origin-pools.ts'
import { portOf, tlsOptionsOf, type PinnedTarget } from './pinned-connector.ts'

/** The certificate that a host shows, believed or not. */
export type PeerCertificate = {
  /** Names and addresses it is for. */
  readonly hosts: readonly string[]
  readonly issuer: string
  /** Milliseconds since 1970. */
  readonly validFrom: number
  /** The end of its own validity, or of an authority's between it and the root where that comes earlier. */
  readonly validUntil: number
  /** Certificates from it towards the root that are known; 1: it stands alone. */
  readonly chainLength: number
  /** Why it is not believed; undefined when it is. */
  readonly problem: NetworkErrorKind | undefined
}

/** The certificate, or why none was shown. */
export type PeerCertificateResult =
  | { readonly ok: true; readonly certificate: PeerCertificate }
  | { readonly ok: false; readonly kind: NetworkErrorKind }

export type PeerCertificateParts = {
  readonly clock: Clock
  /** Certificates (PEM) trusted besides the system's. */
  readonly tlsAuthorities?: readonly string[] | undefined
  /** For connecting and the handshake together, in milliseconds. */
  readonly timeoutMs: number
}

const chainOf = (leaf: DetailedPeerCertificate): DetailedPeerCertificate[] => {
  const chain = [leaf]
  for (let next = leaf.issuerCertificate; next && !chain.includes(next); next = next.issuerCertificate) chain.push(next)
  return chain
}

const instantOf = ({ valid_to: until }: DetailedPeerCertificate): number => Date.parse(until)

const isRoot = ({ fingerprint256, issuerCertificate }: DetailedPeerCertificate): boolean =>
  issuerCertificate?.fingerprint256 === fingerprint256

const text = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value)

const describe = (leaf: DetailedPeerCertificate, problem: NetworkErrorKind | undefined): PeerCertificate => {
  const chain = chainOf(leaf)
  const bounded = chain.filter((certificate, at) => at === 0 || !isRoot(certificate))
  return {
    hosts: (leaf.subjectaltname ?? '')
      .split(', ')
      .map((name) => name.replace(/^(DNS|IP Address):/, ''))
      .filter((name) => name !== ''),
    issuer: text(leaf.issuer?.O) ?? text(leaf.issuer?.CN) ?? 'somebody without a name',
    validFrom: Date.parse(leaf.valid_from),
    validUntil: Math.min(...bounded.map(instantOf)),
    chainLength: chain.length,
    problem,
  }
}

/**
 * Connects to one address, looks at the certificate that is shown for the host, and hangs up: nothing is sent over a
 * connection that is not trusted. Never rejects.
 */
export const readPeerCertificate = (
  target: PinnedTarget,
  { clock, tlsAuthorities = [], timeoutMs }: PeerCertificateParts,
): Promise<PeerCertificateResult> =>
  new Promise((resolve) => {
    let reached = false
    const socket = connect({
      ...tlsOptionsOf(target, createTlsTrust(tlsAuthorities)()),
      host: target.address,
      port: portOf(target.url),
      // Judged below: what is wrong with it is what is asked.
      rejectUnauthorized: false,
    })
    const settle = (result: PeerCertificateResult): void => {
      cancelTimer()
      resolve(result)
      socket.destroy()
    }
    const cancelTimer = clock.after(timeoutMs, () => socket.destroy(new NetworkError('connect_timeout')))
    socket
      .once('connect', () => {
        reached = true
      })
      .once('secureConnect', () => {
        const { authorized, authorizationError } = socket
        const problem = authorized ? undefined : certificateKind(authorizationError)
        settle({ ok: true, certificate: describe(socket.getPeerCertificate(true), problem) })
      })
      .on('error', (error) => settle({ ok: false, kind: connectErrorOf(error, reached).kind }))
  })
