import { beforeAll, describe, expect, it } from 'vitest'
import type { Authority, CertificateWish } from '../../test/ground/authority.ts'
import { createAuthority } from '../../test/ground/authority.ts'
import { testReceiver } from '../../test/ground/receiver.ts'
import type { TestClient } from '../../test/ground/test-client.ts'
import { testClient } from '../../test/ground/test-client.ts'

const yesterday = new Date(Date.now() - 86_400_000)
const tomorrow = new Date(Date.now() + 86_400_000)

let authority: Authority
let stranger: Authority

beforeAll(async () => {
  authority = await createAuthority()
  stranger = await createAuthority('An authority nobody trusts')
})

const clientFor = (host: string): TestClient => {
  const client = testClient({ tlsAuthorities: [authority.pem] })
  client.names.set(host, '127.0.0.1')
  return client
}

describe('a TLS certificate', () => {
  it('of a trusted authority for the host lets the request through', async () => {
    const receiver = await testReceiver({ tls: await authority.issue({ hosts: ['hooks.example'] }) })
    const result = await clientFor('hooks.example').post(`https://hooks.example:${receiver.port}/`)
    expect(result).toMatchObject({ status: 200, address: '127.0.0.1', error: undefined })
    expect(receiver.received[0]?.text()).toBe('{}')
  })

  it('may be for the address itself when the URL has no name', async () => {
    const receiver = await testReceiver({ tls: await authority.issue({ hosts: ['127.0.0.1'] }) })
    expect(await clientFor('hooks.example').post(receiver.url)).toMatchObject({ status: 200 })
  })

  it('covers a name that is written with a dot at its end', async () => {
    const receiver = await testReceiver({ tls: await authority.issue({ hosts: ['hooks.example'] }) })
    const result = await clientFor('hooks.example.').post(`https://hooks.example.:${receiver.port}/`)
    expect(result).toMatchObject({ status: 200 })
  })

  const bad: [string, string, string, () => Authority, CertificateWish][] = [
    [
      'has expired',
      'tls_certificate_expired',
      'expired',
      () => authority,
      { hosts: ['hooks.example'], notBefore: new Date(yesterday.getTime() - 86_400_000), notAfter: yesterday },
    ],
    [
      'is not valid yet',
      'tls_certificate_not_yet_valid',
      'not valid yet',
      () => authority,
      { hosts: ['hooks.example'], notBefore: tomorrow, notAfter: new Date(tomorrow.getTime() + 86_400_000) },
    ],
    [
      'is self-signed',
      'tls_certificate_self_signed',
      'self-signed',
      () => authority,
      { hosts: ['hooks.example'], selfSigned: true },
    ],
    [
      'is for another host',
      'tls_certificate_host_mismatch',
      'another host',
      () => authority,
      { hosts: ['other.example', '127.0.0.1'] },
    ],
    [
      'was issued by an unknown authority',
      'tls_certificate_untrusted',
      'trusted authority',
      () => stranger,
      { hosts: ['hooks.example'] },
    ],
  ]
  it.each(bad)('that %s fails the request with %s', async (_what, kind, words, issuer, wish) => {
    const receiver = await testReceiver({ tls: await issuer().issue(wish) })
    const client = clientFor('hooks.example')
    for (let round = 0; round < 2; round++) {
      const result = await client.post(`https://hooks.example:${receiver.port}/`)
      expect(result).toMatchObject({ status: undefined, address: '127.0.0.1', error: { kind } })
      expect(result.error?.message).toContain(words)
    }
    expect(receiver.received).toHaveLength(0)
  })

  it('of a private authority is refused by a client that was not told of it', async () => {
    const receiver = await testReceiver({ tls: await authority.issue({ hosts: ['hooks.example'] }) })
    const client = testClient()
    client.names.set('hooks.example', '127.0.0.1')
    const result = await client.post(`https://hooks.example:${receiver.port}/`)
    expect(result.error?.kind).toBe('tls_certificate_untrusted')
  })

  it('is verified for each host by itself, though the address and the port are the same', async () => {
    const receiver = await testReceiver({ tls: await authority.issue({ hosts: ['hooks.example'] }) })
    const client = clientFor('hooks.example')
    client.names.set('other.example', '127.0.0.1')
    expect((await client.post(`https://hooks.example:${receiver.port}/`)).status).toBe(200)
    const result = await client.post(`https://other.example:${receiver.port}/`)
    expect(result.error?.kind).toBe('tls_certificate_host_mismatch')
    expect(receiver.received).toHaveLength(1)
  })
})

describe('a server that does not speak TLS', () => {
  it('fails the request with tls_failed', async () => {
    const receiver = await testReceiver()
    const result = await clientFor('hooks.example').post(`https://hooks.example:${receiver.port}/`)
    expect(result.error).toEqual({ kind: 'tls_failed', message: 'The TLS handshake failed.' })
  })
})

describe('a connection over TLS', () => {
  it('is kept and used again', async () => {
    const receiver = await testReceiver({ tls: await authority.issue({ hosts: ['hooks.example'] }) })
    const client = clientFor('hooks.example')
    for (let round = 0; round < 5; round++)
      expect((await client.post(`https://hooks.example:${receiver.port}/`)).status).toBe(200)
    expect(receiver.connectionCount).toBe(1)
  })
})
