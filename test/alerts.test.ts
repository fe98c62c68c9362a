import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { fakeClock } from './ground/fake-clock.ts'
import { eventually } from './ground/engine.ts'
import { answer } from './ground/reactions.ts'
import { testReceiver } from './ground/receiver.ts'
import { startServer } from './ground/server.ts'
import { temporaryFolder } from './ground/temporary.ts'
import { testSmtpServer } from './ground/smtp.ts'
import { sampleImage } from '../scripts/sample-images.ts'

it('tells the operator by URL and by e-mail that an endpoint was suspended, and the endpoint says why', async () => {
  const clock = fakeClock()
  const hook = await testReceiver({ respond: () => answer(410, '') })
  const alerts = await testReceiver()
  const smtp = await testSmtpServer()
  const { call, upload, nextAttempt } = await startServer({
    parts: { clock },
    config: {
      alerts: {
        url: { url: `${alerts.url}/alerts`, secret: 'the secret of the operator' },
        email: {
          server: { host: '127.0.0.1', port: smtp.port, secure: false },
          from: 'hooks@example.com',
          to: ['ops@example.com'],
        },
      },
    },
  })
  await call('PUT', '/images/v1/webhooks', { url: hook.url, events: ['image.uploaded'] })
  await upload((await sampleImage('drawing')).bytes)
  await nextAttempt()
  const { result } = await call('GET', '/images/v1/webhooks')
  expect(result.webhooks[0]).toMatchObject({
    active: false,
    state: 'suspended',
    state_reason: 'answered 410',
    state_since: new Date(clock.now()).toISOString(),
    failing_since: new Date(clock.now()).toISOString(),
  })
  clock.advance(5000)
  await eventually(() => alerts.received.length === 1 && smtp.received.length === 1)
  expect(JSON.parse(alerts.received[0]?.text() ?? '')).toMatchObject({
    type: 'endpoint.suspended',
    data: { webhook_id: result.webhooks[0].id, reason: 'answered 410', count: 1 },
  })
  expect(smtp.received[0]?.raw).toMatch(/^Subject: .*A webhook endpoint was suspended/m)
})

it('does not start with an alert URL that leads inside', async () => {
  const alerts = { url: { url: 'https://10.0.0.1/', secret: 'x' } }
  const dataFolder = join(temporaryFolder(), 'data')
  await expect(startServer({ mode: 'serve', dataFolder, config: { alerts } })).rejects.toThrow(
    /--alert-url: url must lead to a public/,
  )
  expect(existsSync(dataFolder)).toBe(false)
})
