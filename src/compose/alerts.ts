import type { Channel } from '../alerts/channel.ts'
import { createEmailChannel } from '../alerts/email-channel.ts'
import { createUrlChannel } from '../alerts/url-channel.ts'
import type { Config } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import type { GuardedClient } from '../net/guarded-client.ts'
import type { AddressPolicy } from '../net/ip-ranges.ts'
import { checkTargetUrl } from '../net/target-url.ts'
import type { Parts } from './parts.ts'
import { version } from './version.ts'

export type ChannelsParts = {
  readonly config: Config
  readonly parts: Parts
  readonly client: GuardedClient
  readonly policy: AddressPolicy
}

/**
 * The channels that are set. Opens nothing.
 * @throws ConfigError for an alert URL that no endpoint could have.
 */
export const composeChannels = ({ config, parts, client, policy }: ChannelsParts): readonly Channel[] => {
  const { clock, tlsAuthorities } = parts
  const { url: target, email } = config.alerts
  const channels: Channel[] = []
  if (target) {
    const checked = checkTargetUrl(target.url, { policy, allowLoopbackHttp: config.allowLoopbackHttp })
    if (!checked.ok) throw new ConfigError(`--alert-url: ${checked.reason}`)
    const { url } = checked
    channels.push(createUrlChannel({ client, clock, userAgent: `imagehooks/${version}`, url, secret: target.secret }))
  }
  if (email) channels.push(createEmailChannel({ ...email, clock, tlsAuthorities }))
  return channels
}
