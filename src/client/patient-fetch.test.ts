import { expect, test } from 'vitest'
import { patientFetch } from './patient-fetch.ts'

const ground = (answers: readonly (Response | Error)[]) => {
  let time = 1_000_000
  const waits: number[] = []
  let sent = 0
  const fetch = patientFetch(
    async (request) => {
      await request.text()
      const next = answers[Math.min(sent++, answers.length - 1)] ?? new Response()
      if (next instanceof Error) throw next
      return next.clone()
    },
    {
      now: () => time,
      async wait(ms) {
        waits.push(ms)
        time += ms
      },
      random: () => 0,
    },
  )
  const send = () => fetch(new Request('http://source.test', { method: 'PUT', body: 'bytes' }))
  return { send, waits, sent: () => sent }
}

const busy = (retryAfter?: string, status = 429): Response =>
  new Response(null, { status, ...(retryAfter !== undefined && { headers: { 'retry-after': retryAfter } }) })

test('what may succeed later is tried again, with growing waits and the same body', async () => {
  const { send, waits } = ground([new Error('reset'), busy(undefined, 503), busy(), new Response('ok')])
  expect(await (await send()).text()).toBe('ok')
  expect(waits).toEqual([500, 1000, 2000])
})

test('a server that asks for patience gets it, as seconds or as a date, up to five minutes', async () => {
  const { send, waits } = ground([
    busy('7'),
    busy(new Date(1_037_000).toUTCString()),
    busy('99999'),
    new Response('ok'),
  ])
  expect((await send()).status).toBe(200)
  expect(waits).toEqual([7000, 30_000, 300_000])
})

test('after seven tries the last answer stands', async () => {
  const { send, sent } = ground([busy(undefined, 500)])
  expect((await send()).status).toBe(500)
  expect(sent()).toBe(7)
  await expect(ground([new Error('reset')]).send()).rejects.toThrow('reset')
})

test.each([200, 400, 401, 404, 409])('%i is the answer at once', async (status) => {
  const { send, sent } = ground([new Response('', { status })])
  expect((await send()).status).toBe(status)
  expect(sent()).toBe(1)
})
