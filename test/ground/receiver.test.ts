import { X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createAuthority } from './authority.ts'
import { answer, hang } from './reactions.ts'
import { startReceiver, testReceiver } from './receiver.ts'
import { testResolver } from './resolver.ts'
import { isPending, testClient, until } from './test-client.ts'

describe('a receiver', () => {
  it('hands out each request once, in order, and waits for the next', async () => {
    const receiver = await testReceiver()
    const client = testClient()
    const first = receiver.next()
    await client.post(`${receiver.url}/1`)
    await client.post(`${receiver.url}/2`)
    expect((await first).path).toBe('/1')
    expect((await receiver.next()).path).toBe('/2')
    const third = receiver.next()
    expect(await isPending(third)).toBe(true)
    await client.post(`${receiver.url}/3`)
    expect((await third).path).toBe('/3')
    expect(receiver.received.map(({ path }) => path)).toEqual(['/1', '/2', '/3'])
  })

  it('reacts as it is told, from the next request on', async () => {
    const receiver = await testReceiver({ respond: (_request, index) => answer(index === 0 ? 500 : 200) })
    const client = testClient()
    expect((await client.post(receiver.url)).status).toBe(500)
    expect((await client.post(receiver.url)).status).toBe(200)
    receiver.respondWith(answer(410))
    expect((await client.post(receiver.url)).status).toBe(410)
    receiver.respondWith({ each: ({ path }) => answer(path === '/gone' ? 404 : 204) })
    expect((await client.post(`${receiver.url}/gone`)).status).toBe(404)
    expect((await client.post(receiver.url)).status).toBe(204)
  })

  it('breaks off what is open when it closes, and tells those who wait', async () => {
    const receiver = await startReceiver({ respond: () => hang() })
    const sending = testClient().post(receiver.url)
    await receiver.next()
    const waiting = receiver.next()
    await Promise.all([
      expect(waiting).rejects.toThrow('The receiver closed while a test waited for it.'),
      receiver.close(),
    ])
    expect((await sending).error?.kind).toBe('connection_closed')
    await until(() => receiver.openConnectionCount === 0)
  })

  it('can come back on the same port', async () => {
    const away = await startReceiver()
    await away.close()
    const back = await testReceiver({ port: away.port })
    expect((await testClient().post(away.url)).status).toBe(200)
    expect(back.received).toHaveLength(1)
  })
})

describe('an authority', () => {
  it('issues certificates for names and addresses that its own certificate verifies', async () => {
    const authority = await createAuthority()
    const issued = new X509Certificate((await authority.issue({ hosts: ['*.hooks.example', '127.0.0.1', '::1'] })).cert)
    const own = new X509Certificate(authority.pem)
    expect(issued.verify(own.publicKey)).toBe(true)
    expect(issued.checkIssued(own)).toBe(true)
    expect(issued.checkHost('a.hooks.example')).toBe('*.hooks.example')
    expect(issued.checkIP('127.0.0.1')).toBe('127.0.0.1')
    expect(issued.checkIP('::1')).toBe('::1')
    expect(own.ca).toBe(true)
  })

  it('issues certificates that are signed by themselves', async () => {
    const { cert } = await (await createAuthority()).issue({ hosts: ['hooks.example'], selfSigned: true })
    const certificate = new X509Certificate(cert)
    expect(certificate.verify(certificate.publicKey)).toBe(true)
  })
})

describe('a test resolver', () => {
  it('knows what it was told and nothing else, and counts', async () => {
    const names = testResolver({ 'a.example': ['192.0.2.1', '2001:db8::1'] })
    expect(await names.resolve('a.example')).toEqual([
      { address: '192.0.2.1', family: 4 },
      { address: '2001:db8::1', family: 6 },
    ])
    await expect(names.resolve('example.com')).rejects.toThrow('The tests know no host example.com.')
    names.setInTurn('a.example', ['192.0.2.2'], ['192.0.2.3'])
    const answers = [
      await names.resolve('a.example'),
      await names.resolve('a.example'),
      await names.resolve('a.example'),
    ]
    expect(answers.flat().map(({ address }) => address)).toEqual(['192.0.2.2', '192.0.2.3', '192.0.2.3'])
    expect(names.queryCount('a.example')).toBe(4)
  })
})
