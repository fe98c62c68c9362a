import { ConfigError } from './config-error.ts'
import type { Setting } from './env.ts'

/** Where e-mail is handed over. */
export type SmtpServer = {
  readonly host: string
  readonly port: number
  /** TLS from the first byte (`smtps:`); else STARTTLS where the server offers it. */
  readonly secure: boolean
  /** Sent over TLS only. */
  readonly credentials?: { readonly user: string; readonly password: string }
}

/** How the operator is told of what goes wrong. */
export type AlertSettings = {
  /** A URL of the operator's. May hold a credential; addresses are judged when it is used. */
  readonly url?: { readonly url: string; readonly secret: string }
  readonly email?: { readonly server: SmtpServer; readonly from: string; readonly to: readonly string[] }
}

export type AlertSettingsGiven = {
  alertUrl?: Setting
  alertSecret?: Setting
  smtpUrl?: Setting
  alertEmailFrom?: Setting
  alertEmailTo?: Setting
}

const longestSecret = 256
const mostRecipients = 20
/** Enough to tell an address from a mistake; the server decides. A display name before it in angle brackets is fine. */
const mailboxForm = /^(?:[^<>,;:\r\n]{0,100}<)?[^\s<>,;:@"]{1,64}@[^\s<>,;:@"]{1,255}>?$/

/** Quotes nothing: the URL may hold a token. */
const readAlertUrl = (setting: Setting, secret: Setting | undefined): NonNullable<AlertSettings['url']> => {
  const url = URL.parse(setting.text)
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw new ConfigError(`${setting.source} must be a URL such as https://alerts.example.com/imagehooks.`)
  if (!secret)
    throw new ConfigError(
      `IMAGEHOOKS_ALERT_SECRET must be set with ${setting.source}, since it signs what is sent there.`,
    )
  if (secret.text.trim() === '' || secret.text.length > longestSecret)
    throw new ConfigError(`${secret.source} must be 1 to ${longestSecret} characters, not all blank.`)
  return { url: setting.text, secret: secret.text }
}

const decoded = (text: string, fault: () => never): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return fault()
  }
}

/** Quotes nothing: the URL may hold a password. */
const readSmtpUrl = (setting: Setting): SmtpServer => {
  const fault = (): never => {
    throw new ConfigError(
      `${setting.source} must be a URL such as smtp://user:password@mail.example.com:587 or smtps://…, without path and query.`,
    )
  }
  const url = URL.parse(setting.text)
  if (!url || (url.protocol !== 'smtp:' && url.protocol !== 'smtps:') || url.hostname === '') return fault()
  if (!/^\/?$/.test(url.pathname) || url.search !== '' || url.hash !== '') return fault()
  if ((url.username === '') !== (url.password === '')) return fault()
  const secure = url.protocol === 'smtps:'
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    ...(url.username !== '' && {
      credentials: { user: decoded(url.username, fault), password: decoded(url.password, fault) },
    }),
  }
}

const readMailbox = (text: string, source: string): string => {
  if (!mailboxForm.test(text)) throw new ConfigError(`${source} must hold e-mail addresses such as ops@example.com.`)
  return text
}

/** Settles how the operator is told; nothing given = the log alone tells. */
export const readAlerts = (given: AlertSettingsGiven): AlertSettings => {
  const { alertUrl, alertSecret, smtpUrl, alertEmailFrom, alertEmailTo } = given
  if (alertSecret && !alertUrl)
    throw new ConfigError('IMAGEHOOKS_ALERT_SECRET signs what is sent to --alert-url: set both or neither.')
  const email = [smtpUrl, alertEmailFrom, alertEmailTo]
  if (email.some((setting) => setting) && !email.every((setting) => setting))
    throw new ConfigError(
      'IMAGEHOOKS_SMTP_URL, IMAGEHOOKS_ALERT_EMAIL_FROM and IMAGEHOOKS_ALERT_EMAIL_TO belong together: set all or none.',
    )
  const to = (alertEmailTo?.text ?? '')
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '')
  if (alertEmailTo && (to.length === 0 || to.length > mostRecipients))
    throw new ConfigError(`${alertEmailTo.source} must hold 1 to ${mostRecipients} addresses, separated by commas.`)
  return {
    ...(alertUrl && { url: readAlertUrl(alertUrl, alertSecret) }),
    ...(smtpUrl &&
      alertEmailFrom &&
      alertEmailTo && {
        email: {
          server: readSmtpUrl(smtpUrl),
          from: readMailbox(alertEmailFrom.text.trim(), alertEmailFrom.source),
          to: to.map((address) => readMailbox(address, alertEmailTo.source)),
        },
      }),
  }
}
