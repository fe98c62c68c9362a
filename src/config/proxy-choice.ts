import { ConfigError } from './config-error.ts'
import type { Setting } from './env.ts'

/** A forward proxy that takes HTTP CONNECT. */
export type ProxyChoice = {
  /** A name or an address, IPv6 without brackets. */
  readonly host: string
  readonly port: number
  /** TLS to the proxy itself (`https:`). */
  readonly secure: boolean
  /** Sent as Basic authorization (RFC 7617). */
  readonly credentials?: { readonly user: string; readonly password: string }
}

const decoded = (text: string, fault: () => never): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return fault()
  }
}

/** Quotes nothing, since the URL may hold a password; one on the command line is refused, since others can read that. */
export const readProxy = (setting: Setting): ProxyChoice => {
  const fault = (): never => {
    throw new ConfigError(
      `${setting.source} must be a URL such as http://proxy.example.com:3128, without path, query and fragment.`,
    )
  }
  const url = URL.parse(setting.text)
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.port === '0') return fault()
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') return fault()
  const hasCredentials = url.username !== '' || url.password !== ''
  if (hasCredentials && setting.source.startsWith('--'))
    throw new ConfigError(
      `${setting.source} must not hold credentials, which others could read; set IMAGEHOOKS_PROXY_URL instead.`,
    )
  // RFC 7617: the name ends at the first colon.
  const user = decoded(url.username, fault)
  if (user.includes(':')) return fault()
  const secure = url.protocol === 'https:'
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    secure,
    ...(hasCredentials && { credentials: { user, password: decoded(url.password, fault) } }),
  }
}
