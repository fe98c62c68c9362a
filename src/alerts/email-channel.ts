import { getCACertificates } from 'node:tls'
import { createTransport } from 'nodemailer'
import type { SmtpServer } from '../config/alert-settings.ts'
import type { Clock } from '../domain/clock.ts'
import type { Channel } from './channel.ts'

export type EmailChannelParts = {
  readonly clock: Clock
  readonly server: SmtpServer
  readonly from: string
  readonly to: readonly string[]
  /** Certificates (PEM) trusted besides the system's. */
  readonly tlsAuthorities: readonly string[]
}

/** Of each step; a server that drips is cut off by the time of the whole. */
const stepTimeoutMs = 10_000
const timeoutMs = 60_000

/**
 * Codes only: what the server says may repeat what was sent to it, credentials included. `EAUTH 535`, `ETLS`,
 * `ECONNREFUSED`.
 */
const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown'
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const reply = 'responseCode' in error && typeof error.responseCode === 'number' ? error.responseCode : undefined
  return [code, reply].filter((part) => part !== undefined).join(' ') || 'unknown'
}

/** Writes e-mail. One connection for each, since they are few. Credentials are sent over TLS only. */
export const createEmailChannel = ({ clock, server, from, to, tlsAuthorities }: EmailChannelParts): Channel => ({
  name: 'email',
  async send(message, signal) {
    const transport = createTransport({
      host: server.host,
      port: server.port,
      secure: server.secure,
      requireTLS: server.credentials !== undefined,
      ...(server.credentials && { auth: { user: server.credentials.user, pass: server.credentials.password } }),
      tls: {
        minVersion: 'TLSv1.2',
        rejectUnauthorized: true,
        ...(tlsAuthorities.length > 0 && { ca: [...getCACertificates('default'), ...tlsAuthorities] }),
      },
      dnsTimeout: stepTimeoutMs,
      connectionTimeout: stepTimeoutMs,
      greetingTimeout: stepTimeoutMs,
      socketTimeout: stepTimeoutMs,
      socketCloseTimeout: 1000,
      disableFileAccess: true,
      disableUrlAccess: true,
    })
    const tooLate = new AbortController()
    const cancelTimer = clock.after(timeoutMs, () => tooLate.abort())
    const { id, subject, text } = message
    try {
      await transport.sendMail({
        from,
        to: [...to],
        subject,
        text,
        // The same at every try, so that a mailbox may show a repeated one once.
        messageId: `<${id}@imagehooks>`,
        signal: AbortSignal.any([signal, tooLate.signal]),
      })
      return undefined
    } catch (error) {
      return tooLate.signal.aborted ? 'timeout' : reasonOf(error)
    } finally {
      cancelTimer()
      transport.close()
    }
  },
})
