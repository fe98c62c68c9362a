import { createServer, type Socket } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { createAuthority } from '../../test/ground/authority.ts'
import { fakeClock } from '../../test/ground/fake-clock.ts'
import { testSmtpServer } from '../../test/ground/smtp.ts'
import type { SmtpServer } from '../config/alert-settings.ts'
import { createEmailChannel } from './email-channel.ts'
import { messageOf } from './message.ts'

const message = messageOf(
  {
    id: 'ann_1',
    kind: 'endpoint.suspended',
    endpointId: 'webhook_1',
    accountId: 'a',
    count: 1,
    firstAt: 0,
    lastAt: 0,
    details: { reason: 'answered 410' },
  },
  { name: 'Bilder für Köln', url: 'https://hooks.example/with/a/token' },
)

const channelTo = (server: Partial<SmtpServer> & { readonly port: number }, tlsAuthorities: readonly string[] = []) => {
  const clock = fakeClock()
  return {
    clock,
    channel: createEmailChannel({
      clock,
      server: { host: '127.0.0.1', secure: false, ...server },
      from: 'Imagehooks <hooks@example.com>',
      to: ['ops@example.com', 'night@example.com'],
      tlsAuthorities,
    }),
  }
}

const never = new AbortController().signal
const credentials = { user: 'ops', password: 'p@ss word/1' }

it('writes a letter that says what happened, to all', async () => {
  const smtp = await testSmtpServer()
  expect(await channelTo({ port: smtp.port }).channel.send(message, never)).toBeUndefined()
  expect(smtp.received).toMatchObject([
    { from: 'hooks@example.com', to: ['ops@example.com', 'night@example.com'], encrypted: false },
  ])
  const raw = smtp.received[0]?.raw ?? ''
  expect(raw).toMatch(/^Message-ID: <ann_1@imagehooks>\r$/m)
  expect(raw).toMatch(/^Subject: =\?UTF-8\?/m)
  expect(raw).toContain('answered 410')
  expect(raw).not.toContain('token')
})

it.each([{ implicit: false }, { implicit: true }])(
  'logs in over TLS (from the first byte: $implicit)',
  async ({ implicit }) => {
    const authority = await createAuthority()
    const tls = { ...(await authority.issue({ hosts: ['127.0.0.1'] })), implicit }
    const smtp = await testSmtpServer({ tls, credentials })
    const { channel } = channelTo({ port: smtp.port, secure: implicit, credentials }, [authority.pem])
    expect(await channel.send(message, never)).toBeUndefined()
    expect(smtp.received).toMatchObject([{ encrypted: true, user: 'ops' }])
  },
)

it('sends no credentials in the clear', async () => {
  const smtp = await testSmtpServer({ credentials })
  const { channel } = channelTo({ port: smtp.port, credentials })
  expect(await channel.send(message, never)).toMatch(/^ETLS/)
  expect(smtp.received).toEqual([])
})

it('refuses a certificate that nobody vouches for', async () => {
  const tls = await (await createAuthority()).issue({ hosts: ['127.0.0.1'] })
  const smtp = await testSmtpServer({ tls, credentials })
  expect(await channelTo({ port: smtp.port, credentials }).channel.send(message, never)).toBeDefined()
  expect(smtp.received).toEqual([])
})

it('says why a letter was not taken, without repeating what the server says', async () => {
  const authority = await createAuthority()
  const tls = await authority.issue({ hosts: ['127.0.0.1'] })
  const smtp = await testSmtpServer({ tls, credentials, refuse: () => 'Your password is p@ss word/1' })
  const wrong = channelTo({ port: smtp.port, credentials: { user: 'ops', password: 'wrong one' } }, [authority.pem])
  expect(await wrong.channel.send(message, never)).toBe('EAUTH 535')
  const refused = channelTo({ port: smtp.port, credentials }, [authority.pem])
  expect(await refused.channel.send(message, never)).toBe('EMESSAGE 450')
})

it('waits no longer than a minute for a server that says nothing of use, and closes the connection', async () => {
  const sockets: Socket[] = []
  const connected = Promise.withResolvers<void>()
  const closed = Promise.withResolvers<void>()
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => {})
    socket.on('close', () => closed.resolve())
    connected.resolve()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const { channel, clock } = channelTo({ port: address.port })
  const sent = channel.send(message, never)
  await connected.promise
  clock.advance(60_000)
  expect(await sent).toBe('timeout')
  await closed.promise
})
