import { systemClock, type Clock } from '../domain/clock.ts'
import { createGuardedClient, type GuardedClient } from '../net/guarded-client.ts'
import { parseAddress, rangeContains } from '../net/ip-address.ts'
import { loopbackRanges, type AddressPolicy } from '../net/ip-ranges.ts'
import { systemResolver, type Resolver } from '../net/resolver.ts'

/** This machine and no other. */
export const loopbackOnly: AddressPolicy = {
  permits(address) {
    const bytes = typeof address === 'string' ? parseAddress(address) : address
    return bytes !== undefined && loopbackRanges.some((range) => rangeContains(range, bytes))
  },
}

/** Whatever the person at the terminal names: it is their own machine that asks. */
export const anyAddress: AddressPolicy = { permits: () => true }

/** What of the outside a command needs, so that tests have their own. */
export type Outside = {
  readonly clock: Clock
  readonly resolver: Resolver
  readonly tlsAuthorities?: readonly string[]
}

export const systemOutside: Outside = { clock: systemClock, resolver: systemResolver }

/** The client by which a command posts to a receiver: as the server does, no redirects, nothing but what was signed. */
export const ownClient = (outside: Outside, policy: AddressPolicy): GuardedClient =>
  createGuardedClient({ ...outside, policy })
