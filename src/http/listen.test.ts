import { createServer } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { fakeClock } from '../../test/ground/fake-clock.ts'
import type { App } from './app.ts'
import { listen, ListenError } from './listen.ts'

const host = '127.0.0.1'

const open = async (app: App) => {
  const clock = fakeClock()
  const listener = await listen({ app, host, port: 0, clock })
  onTestFinished(() => listener.close(0))
  return { clock, listener }
}

test('an app behind any free port answers at the address that is told', async () => {
  const { listener } = await open({ fetch: () => new Response('hello') })
  expect(listener.port).toBeGreaterThan(0)
  expect(await (await fetch(listener.url)).text()).toBe('hello')
})

test('closing lets the running request finish and takes no other', async () => {
  const arrived = Promise.withResolvers<void>()
  const answer = Promise.withResolvers<Response>()
  const { listener } = await open({
    fetch: () => {
      arrived.resolve()
      return answer.promise
    },
  })
  const running = fetch(listener.url)
  await arrived.promise
  const closed = listener.close()
  await expect(fetch(listener.url)).rejects.toThrow('fetch failed')
  answer.resolve(new Response('finished'))
  expect(await (await running).text()).toBe('finished')
  await closed
})

test('closing breaks off what has not finished in time', async () => {
  const arrived = Promise.withResolvers<void>()
  const { clock, listener } = await open({
    fetch: () => {
      arrived.resolve()
      return new Promise(() => {})
    },
  })
  const running = fetch(listener.url).catch((error: unknown) => error)
  await arrived.promise
  const closed = listener.close(10_000)
  clock.advance(10_000)
  await closed
  expect(await running).toBeInstanceOf(TypeError)
})

const rawAnswer = async (port: number, head: string): Promise<string> => {
  const socket = connect(port, host)
  socket.end(head)
  return text(socket)
}

test('HTTP/1.0 without a Host header, as simple load balancers speak it, is answered', async () => {
  const { listener } = await open({ fetch: ({ url }) => new Response(url) })
  const answer = await rawAnswer(listener.port, 'GET /health/live HTTP/1.0\r\n\r\n')
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nhttp:\/\/localhost\/health\/live$/)
})

test('HTTP/1.1 without a Host header is refused, as RFC 9112 §3.2 demands', async () => {
  const { listener } = await open({ fetch: () => new Response() })
  expect(await rawAnswer(listener.port, 'GET / HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
})

test('a port that is taken is refused in one sentence', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, host, resolve))
  onTestFinished(() => new Promise<void>((resolve) => other.close(() => resolve())))
  const address = other.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  const app: App = { fetch: () => new Response() }
  const refused = await listen({ app, host, port, clock: fakeClock() }).catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(ListenError)
  expect(refused).toMatchObject({
    message: `${host}:${port} is in use; stop the other program, or choose another port with --port (0 is any free one).`,
  })
})
