import { SMTPServer } from 'smtp-server'
import { onTestFinished } from 'vitest'
import type { IssuedCertificate } from './authority.ts'

/** A letter as it arrived. */
export type ReceivedMail = {
  readonly from: string
  readonly to: readonly string[]
  /** Headers and body as they came over the wire. */
  readonly raw: string
  readonly encrypted: boolean
  readonly user: string | undefined
}

export type SmtpWish = {
  /** Offer STARTTLS, or speak TLS from the first byte, with this certificate. Default: neither. */
  readonly tls?: IssuedCertificate & { readonly implicit?: boolean }
  /** Let in only those who say so. */
  readonly credentials?: { readonly user: string; readonly password: string }
  /** What to say to a letter instead of taking it; `index` counts letters from 0. */
  readonly refuse?: (index: number) => string | undefined
}

/** A real SMTP server on 127.0.0.1 that keeps what it is handed; it closes when the present test ends. */
export const testSmtpServer = async (wish: SmtpWish = {}) => {
  const received: ReceivedMail[] = []
  let offered = 0
  const server = new SMTPServer({
    secure: wish.tls?.implicit ?? false,
    ...(wish.tls ? { key: wish.tls.key, cert: wish.tls.cert } : {}),
    disabledCommands: [...(wish.tls ? [] : ['STARTTLS']), ...(wish.credentials ? [] : ['AUTH'])],
    authOptional: !wish.credentials,
    disableReverseLookup: true,
    logger: false,
    closeTimeout: 100,
    onAuth: ({ username, password }, _session, done) => {
      if (username === wish.credentials?.user && password === wish.credentials?.password) done(null, { user: username })
      else done(new Error(`No such user ${username} with password ${password}`))
    },
    onData: (stream, session, done) => {
      const chunks: Uint8Array[] = []
      stream.on('data', (chunk: Uint8Array) => chunks.push(chunk))
      stream.on('end', () => {
        const refusal = wish.refuse?.(offered++)
        if (refusal !== undefined) return done(new Error(refusal))
        received.push({
          from: session.envelope.mailFrom ? session.envelope.mailFrom.address : '',
          to: session.envelope.rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString('utf8'),
          encrypted: session.secure,
          user: typeof session.user === 'string' ? session.user : undefined,
        })
        return done()
      })
    },
  })
  // A client that goes away in the middle is what some tests are about.
  server.on('error', () => {})
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())))
  const address = server.server.address()
  if (address === null || typeof address === 'string') throw new Error('The SMTP server has no port.')
  return { port: address.port, received }
}
