import { lookup } from 'node:dns/promises'

/** One address of a name. */
export type ResolvedAddress = { readonly address: string; readonly family: 4 | 6 }

/**
 * Finds every address of a host name, in the order in which they should be tried. Rejects when the name has none or
 * cannot be looked up. Handed in, so that tests have names of their own.
 */
export type Resolver = (hostname: string) => Promise<readonly ResolvedAddress[]>

/** The machine's own way: its hosts file first (so `localhost` works), then DNS, in the order the system prefers. */
export const systemResolver: Resolver = async (hostname) =>
  (await lookup(hostname, { all: true, order: 'verbatim' })).map(({ address, family }) => ({
    address,
    family: family === 6 ? 6 : 4,
  }))
