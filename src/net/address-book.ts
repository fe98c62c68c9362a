import type { Clock } from '../domain/clock.ts'
import { literalAddress } from './ip-address.ts'
import type { AddressPolicy } from './ip-ranges.ts'
import type { NetworkErrorKind } from './network-error.ts'
import type { Resolver } from './resolver.ts'

/** The addresses a host may be reached at, in the order to try them; or why there are none. */
export type Vetted = { ok: true; addresses: readonly string[] } | { ok: false; kind: NetworkErrorKind }

/** Answers at once what it knows, and otherwise a promise that never rejects. */
export type AddressBook = { find(hostname: string): Vetted | Promise<Vetted> }

/** How long an answer holds, in milliseconds. A connection that stands is not affected: it was vetted when it was made. */
const holdsMs = 5000

/** Names held at a time; the oldest gives way. */
const mostNames = 2000

/**
 * Resolves host names and refuses those of which **any** address is forbidden, so that nothing behind it ever sees an
 * address that was not judged. A literal address is judged without a look-up. One look-up per name runs at a time,
 * however many ask, so a slow name server holds one place and not one for each request.
 */
export const createAddressBook = (parts: { clock: Clock; resolver: Resolver; policy: AddressPolicy }): AddressBook => {
  const { clock, resolver, policy } = parts
  const held = new Map<string, { vetted: Vetted; untilMs: number }>()
  const underWay = new Map<string, Promise<Vetted>>()

  const judge = (addresses: readonly string[]): Vetted => {
    if (addresses.length === 0) return { ok: false, kind: 'dns_failed' }
    return addresses.every((address) => policy.permits(address))
      ? { ok: true, addresses: [...new Set(addresses)] }
      : { ok: false, kind: 'forbidden_address' }
  }

  const hold = (hostname: string, vetted: Vetted): Vetted => {
    held.delete(hostname)
    const oldest = held.size >= mostNames ? held.keys().next().value : undefined
    if (oldest !== undefined) held.delete(oldest)
    held.set(hostname, { vetted, untilMs: clock.monotonic() + holdsMs })
    return vetted
  }

  const lookUp = async (hostname: string): Promise<Vetted> => {
    try {
      return hold(hostname, judge((await resolver(hostname)).map(({ address }) => address)))
    } catch {
      // Why a name has no address differs from system to system and helps nobody but a port scanner.
      return { ok: false, kind: 'dns_failed' }
    } finally {
      underWay.delete(hostname)
    }
  }

  return {
    find(hostname) {
      const known = held.get(hostname)
      if (known && known.untilMs > clock.monotonic()) return known.vetted
      const literal = literalAddress(hostname)
      if (literal !== undefined) return hold(hostname, judge([literal]))
      const running = underWay.get(hostname)
      if (running) return running
      const started = lookUp(hostname)
      underWay.set(hostname, started)
      return started
    },
  }
}
