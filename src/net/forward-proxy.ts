/** A forward proxy of the operator's that takes HTTP CONNECT. */
export type ForwardProxy = {
  /** A name or an address, IPv6 without brackets. The operator's own, so its address may be any. */
  readonly host: string
  readonly port: number
  /** TLS to the proxy itself. */
  readonly secure: boolean
  /** Sent to the proxy as Basic authorization (RFC 7617), never to a target and never told. */
  readonly credentials?: { readonly user: string; readonly password: string }
}

/** The longest answer to a CONNECT that is read, in bytes. */
export const longestTunnelAnswer = 8192

/**
 * Asks for a tunnel to an address (RFC 9110 §9.3.6). It names the vetted literal and never a host name, so the proxy has
 * nothing to resolve.
 */
export const tunnelRequest = ({ credentials }: ForwardProxy, address: string, port: number): string => {
  const authority = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
  const basic = credentials && Buffer.from(`${credentials.user}:${credentials.password}`, 'utf8').toString('base64')
  return [
    `CONNECT ${authority} HTTP/1.1`,
    `host: ${authority}`,
    ...(basic === undefined ? [] : [`proxy-authorization: Basic ${basic}`]),
    '',
    '',
  ].join('\r\n')
}

/** What a proxy answered, as far as it has come. */
export type TunnelAnswer = 'incomplete' | 'open' | 'target_unreachable' | 'refused'

/** Reads the answer to a CONNECT. Bytes behind its head are none that a target sends unasked, so they are refused. */
export const readTunnelAnswer = (bytes: Buffer): TunnelAnswer => {
  const end = bytes.indexOf('\r\n\r\n')
  if (end === -1) return bytes.length > longestTunnelAnswer ? 'refused' : 'incomplete'
  const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |\r|$)/.exec(bytes.toString('latin1', 0, end))?.[1])
  if (status >= 200 && status <= 299) return end + 4 === bytes.length ? 'open' : 'refused'
  // The proxy could not reach the target, or waited for it in vain: that says something about the target.
  return status === 502 || status === 503 || status === 504 ? 'target_unreachable' : 'refused'
}
