import { literalAddress } from '../../net/ip-address.ts'
import { classifyAddress } from '../../net/ip-ranges.ts'

/** The host of a URL; an address without brackets. */
export const hostOf = (url: URL): string => literalAddress(url.hostname) ?? url.hostname

export const isLoopbackAddress = (address: string): boolean => {
  const found = classifyAddress(address)
  return found.scope === 'special' && found.block === 'loopback'
}

/** As the server judges a URL: by what is written, since a name may lead elsewhere tomorrow. */
export const isLoopbackUrl = (url: URL): boolean => {
  const host = hostOf(url)
  return host === 'localhost' || host.endsWith('.localhost') || isLoopbackAddress(host)
}
