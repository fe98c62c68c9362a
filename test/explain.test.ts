import { expect, test } from 'vitest'
import { sampleImage } from '../scripts/sample-images.ts'
import { createClient } from '../src/client/client.ts'
import { run, startServer as startProcess } from './ground/command.ts'
import { answer } from './ground/reactions.ts'
import { testReceiver } from './ground/receiver.ts'
import { startServer, testAccount } from './ground/server.ts'
import { temporaryFolder } from './ground/temporary.ts'

const webhooks = '/images/v1/webhooks'

test('a delivery and its endpoint are explained over the API and by the client', async () => {
  const server = await startServer({ config: { retryScheduleMs: [3_600_000] } })
  const receiver = await testReceiver({ respond: () => answer(404, '') })
  const { result: endpoint } = await server.call('POST', webhooks, { url: receiver.url, name: 'shop' })
  await server.upload((await sampleImage('drawing')).bytes, 'drawing.svg')
  await server.nextAttempt()
  const [{ id }] = (await server.call('GET', `${webhooks}/deliveries`)).result.deliveries
  const client = createClient({
    url: server.url,
    accountId: testAccount.accountId,
    token: testAccount.apiToken,
    fetch: (request) => server.server.fetch(request),
  })
  const says = /was answered 404\. Nothing stands at this path.*Attempt 2 follows at .* \(in 1 hour\)/
  expect(await client.explain(id)).toMatch(says)
  expect((await server.call('GET', `${webhooks}/deliveries/${id}`)).result.explanation).toMatch(says)
  expect(await client.explain(endpoint.id)).toMatch(
    /^The endpoint “shop” .* It is active\..*1 delivery waits to be sent\.$/,
  )
  await server.call('PATCH', `${webhooks}/${endpoint.id}`, { active: false })
  expect(await client.explain(endpoint.id)).toMatch(/has been paused by hand/)
  expect(await client.explain(id)).toMatch(/has been paused by hand, .*Nothing is sent until it is resumed/)
  await server.call('DELETE', `${webhooks}/${endpoint.id}`)
  expect(await client.explain(id)).toMatch(/an endpoint that was removed/)
  await expect(client.explain(endpoint.id)).rejects.toMatchObject({ status: 404, code: 5471 })
  await expect(client.explain('dlv_1_2')).rejects.toMatchObject({ status: 404, code: 5472 })
})

test('imagehooks explain asks the server of dev without being told more than where it is', async () => {
  const folder = temporaryFolder()
  const { url } = await startProcess(['dev', '--data-dir', folder])
  const wish = { environment: { IMAGEHOOKS_DATA_DIR: folder } }
  const asked = await run(['explain', 'webhook_none', '--url', url], wish)
  expect([asked.code, asked.said]).toEqual([
    1,
    'error: No webhook endpoint has this id. To see which there are: imagehooks endpoints list\n',
  ])
  const stranger = await run(['explain', 'webhook_none', '--url', 'https://example.com'], wish)
  expect([stranger.code, stranger.said]).toEqual([
    1,
    expect.stringMatching(/^error: Say which account and which API token/),
  ])
  const wrong = await run(['explain', 'webhook_none', '--url', url, '--token', 'x', '--account', 'a'.repeat(32)], wish)
  expect([wrong.code, wrong.said]).toEqual([1, expect.stringMatching(/^error: Authentication error/)])
  expect((await run(['explain', 'evt_1'], wish)).said).toMatch(/names neither a delivery/)
})
