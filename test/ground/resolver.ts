import { isIPv6 } from 'node:net'
import type { Resolver } from '../../src/net/resolver.ts'

/** Names of the tests' own, as a resolver that can be handed to the server or to a client. */
export type TestResolver = {
  readonly resolve: Resolver
  /** Gives a name its addresses from now on; an empty list makes it unknown. */
  set(hostname: string, ...addresses: readonly string[]): void
  /** Makes a name answer differently each time: the first list first; the last one stays. */
  setInTurn(hostname: string, ...answers: readonly (readonly string[])[]): void
  /** Makes look-ups of a name wait for ever. */
  hang(hostname: string): void
  /** How often a name was asked for. */
  queryCount(hostname: string): number
}

/** A resolver that knows the given names; any other is unknown, so that no test ever leaves the machine. */
export const testResolver = (names: Readonly<Record<string, readonly string[]>> = {}): TestResolver => {
  const answers = new Map<string, (readonly string[])[]>(
    Object.entries(names).map(([hostname, addresses]) => [hostname, [addresses]]),
  )
  const hanging = new Set<string>()
  const counts = new Map<string, number>()
  return {
    async resolve(hostname) {
      counts.set(hostname, (counts.get(hostname) ?? 0) + 1)
      if (hanging.has(hostname)) return new Promise(() => {})
      const turns = answers.get(hostname) ?? []
      const addresses = (turns.length > 1 ? turns.shift() : turns[0]) ?? []
      if (addresses.length === 0) throw new Error(`The tests know no host ${hostname}.`)
      return addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }))
    },
    set: (hostname, ...addresses) => void answers.set(hostname, [addresses]),
    setInTurn: (hostname, ...turns) => void answers.set(hostname, [...turns]),
    hang: (hostname) => void hanging.add(hostname),
    queryCount: (hostname) => counts.get(hostname) ?? 0,
  }
}
