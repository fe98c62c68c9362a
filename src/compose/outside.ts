import type { Config } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import { createGuardedClient, type GuardedClient } from '../net/guarded-client.ts'
import { parseRange, type AddressRange } from '../net/ip-address.ts'
import { createAddressPolicy, type AddressPolicy } from '../net/ip-ranges.ts'
import type { Parts } from './parts.ts'

const readRanges = (texts: readonly string[]): AddressRange[] =>
  texts.map((text) => {
    const parsed = parseRange(text)
    if (!parsed.ok) throw new ConfigError(`--allow-target: ${parsed.reason}`)
    return parsed.range
  })

/** The one way to addresses that strangers choose: of endpoints, and of images to fetch. */
export type Outside = { readonly policy: AddressPolicy; readonly client: GuardedClient }

export const composeOutside = (config: Config, { clock, resolver, tlsAuthorities }: Parts): Outside => {
  const policy = createAddressPolicy({ allow: readRanges(config.allowTargets) })
  return { policy, client: createGuardedClient({ clock, resolver, policy, tlsAuthorities, proxy: config.proxy }) }
}
