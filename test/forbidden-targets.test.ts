import { describe, expect, it } from 'vitest'
import { sampleImage } from '../scripts/sample-images.ts'
import { createAuthority } from './ground/authority.ts'
import { redirect } from './ground/reactions.ts'
import { testReceiver } from './ground/receiver.ts'
import { testResolver } from './ground/resolver.ts'
import { startServer, type TestServer } from './ground/server.ts'

const secret = 'your_webhook_secret_key'
const put = (server: TestServer, url: string) => server.call('PUT', '/images/v1/webhooks', { url, secret })

describe('in production', () => {
  it.each([
    ['plain http', 'http://example.com/hooks', /https/],
    ['loopback in hex', 'https://0x7f.1/', /public address/],
    ['loopback as one number', 'https://2130706433/', /public address/],
    ['loopback in octal', 'https://0177.0.0.1/', /public address/],
    ['loopback, IPv4-mapped', 'https://[::ffff:127.0.0.1]/', /public address/],
    ['loopback through NAT64', 'https://[64:ff9b::7f00:1]/', /public address/],
    ['IPv6 loopback', 'https://[::1]/', /public address/],
    ['a private address', 'https://10.0.0.7/', /public address/],
    ['the metadata service', 'https://169.254.169.254/latest', /public address/],
    ['a name that leads to loopback', 'https://rebound.example/', /private, local or reserved/],
    ['a name with one private address among its addresses', 'https://mixed.example/', /private, local or reserved/],
    ['user information', 'https://user:password@example.com/', /user name/],
    ['a fragment', 'https://example.com/#top', /fragment/],
    ['another scheme', 'ftp://example.com/', /https/],
    ['no URL at all', 'example.com/hooks', /complete address/],
  ])('refuses %s when the endpoint is set, and stores nothing', async (_, url, sentence) => {
    const resolver = testResolver({ 'rebound.example': ['127.0.0.1'], 'mixed.example': ['93.184.216.34', '10.1.2.3'] })
    const server = await startServer({ mode: 'serve', parts: { resolver: resolver.resolve } })
    const answered = await put(server, url)
    expect([answered.status, answered.errors[0]?.code]).toEqual([400, 5400])
    expect(answered.errors[0]?.message).toMatch(sentence)
    expect(answered.errors[0]?.message).toMatch(/^url /)
    expect((await server.call('GET', '/images/v1/webhooks')).result.webhooks).toEqual([])
  })

  it('makes no connection to a name that was good when it was set and is private when it is sent to', async () => {
    const receiver = await testReceiver()
    const resolver = testResolver()
    resolver.setInTurn('turncoat.example', ['93.184.216.34'], ['127.0.0.1'])
    const server = await startServer({ mode: 'serve', parts: { resolver: resolver.resolve } })
    expect((await put(server, `https://turncoat.example:${receiver.port}/`)).status).toBe(200)
    await server.upload((await sampleImage('drawing')).bytes)
    const { attempt } = await server.nextAttempt()
    expect(attempt).toMatchObject({ status: null, address: null, error: { kind: 'forbidden_address' } })
    expect(attempt.error?.message).not.toMatch(/127|\d+\.\d+/)
    expect(receiver.connectionCount).toBe(0)
  })

  it('does not follow a redirect to a private address: the redirect is the failure', async () => {
    const authority = await createAuthority()
    const secretPlace = await testReceiver()
    const receiver = await testReceiver({
      tls: await authority.issue({ hosts: ['hooks.example'] }),
      respond: () => redirect(secretPlace.url),
    })
    const resolver = testResolver({ 'hooks.example': ['127.0.0.1'] })
    const server = await startServer({
      mode: 'serve',
      // Only this receiver's range is let in, as an operator would.
      config: { allowTargets: ['127.0.0.1/32'] },
      parts: { resolver: resolver.resolve, tlsAuthorities: [authority.pem] },
    })
    expect((await put(server, `https://hooks.example:${receiver.port}/`)).status).toBe(200)
    await server.upload((await sampleImage('drawing')).bytes)
    const { attempt, decision } = await server.nextAttempt()
    expect(attempt.status).toBe(302)
    expect(decision.kind).toBe('retry')
    expect(secretPlace.connectionCount).toBe(0)
  })

  it.each([
    ['has expired', 'tls_certificate_expired'],
    ['signed itself', 'tls_certificate_self_signed'],
    ['is for another host', 'tls_certificate_host_mismatch'],
  ])('fails an attempt whose certificate %s with that name', async (flaw, kind) => {
    const authority = await createAuthority()
    const day = 86_400_000
    const certificate = await authority.issue({
      hosts: [flaw === 'is for another host' ? 'other.example' : 'hooks.example'],
      ...(flaw === 'has expired'
        ? { notBefore: new Date(Date.now() - 3 * day), notAfter: new Date(Date.now() - day) }
        : {}),
      ...(flaw === 'signed itself' ? { selfSigned: true } : {}),
    })
    const receiver = await testReceiver({ tls: certificate })
    const resolver = testResolver({ 'hooks.example': ['127.0.0.1'] })
    const server = await startServer({
      mode: 'serve',
      config: { allowTargets: ['127.0.0.1/32'] },
      parts: { resolver: resolver.resolve, tlsAuthorities: [authority.pem] },
    })
    await put(server, `https://hooks.example:${receiver.port}/`)
    await server.upload((await sampleImage('drawing')).bytes)
    expect((await server.nextAttempt()).attempt).toMatchObject({ status: null, error: { kind } })
    expect(receiver.received).toHaveLength(0)
  })
})

describe('in dev', () => {
  it('lets loopback in, and nothing else that is private', async () => {
    const server = await startServer()
    const receiver = await testReceiver()
    expect((await put(server, receiver.url)).status).toBe(200)
    expect((await put(server, `http://localhost:${receiver.port}/`)).status).toBe(200)
    await server.upload((await sampleImage('drawing')).bytes)
    expect((await server.nextAttempt()).attempt).toMatchObject({ status: 200, address: '127.0.0.1' })
    expect((await put(server, 'http://192.168.1.10/')).status).toBe(400)
    expect((await put(server, 'https://192.168.1.10/')).status).toBe(400)
  })
})
