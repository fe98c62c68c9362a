import { createAnnouncer, type Announcer } from '../alerts/announcer.ts'
import type { Channel } from '../alerts/channel.ts'
import { createEmailChannel } from '../alerts/email-channel.ts'
import { createUrlChannel } from '../alerts/url-channel.ts'
import type { Config } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import type { GuardedClient } from '../net/guarded-client.ts'
import type { AddressPolicy } from '../net/ip-ranges.ts'
import { checkTargetUrl } from '../net/target-url.ts'
import type { Database } from '../store/database.ts'
import type { Parts } from './parts.ts'
import { version } from './version.ts'

export type AlertsParts = {
  readonly config: Config
  readonly parts: Parts
  readonly database: Database
  readonly client: GuardedClient
  readonly policy: AddressPolicy
}

/** What tells the operator, on the channels that are set. */
export const composeAlerts = ({ config, parts, database, client, policy }: AlertsParts): Announcer => {
  const { clock, log, tlsAuthorities } = parts
  const { url: target, email } = config.alerts
  const channels: Channel[] = []
  if (target) {
    const checked = checkTargetUrl(target.url, { policy, allowLoopbackHttp: config.allowLoopbackHttp })
    if (!checked.ok) throw new ConfigError(`--alert-url: ${checked.reason}`)
    const { url } = checked
    channels.push(createUrlChannel({ client, clock, userAgent: `imagehooks/${version}`, url, secret: target.secret }))
  }
  if (email) channels.push(createEmailChannel({ ...email, clock, tlsAuthorities }))
  return createAnnouncer({ database, clock, log, channels })
}
