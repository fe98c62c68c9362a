const localHost = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i

const isLocal = (address: string): boolean => localHost.test(URL.parse(address)?.hostname ?? '')

/**
 * Whether a request was sent to this machine by a name of its own. A page from elsewhere must not reach what is meant
 * for this machine: neither by a name that it lets point here (DNS rebinding; the Host header tells) nor by a request
 * across origins (the Origin header tells). Who is at the other end of the connection is for the caller to ask.
 */
export const isLocalRequest = ({ url, headers }: Request): boolean => {
  const host = headers.get('host')
  const origin = headers.get('origin')
  return isLocal(url) && (host === null || isLocal(`http://${host}`)) && (origin === null || isLocal(origin))
}
