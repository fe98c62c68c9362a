import { quoted } from '../../api/shell.ts'
import type { CallResult } from '../../api/use-api.ts'

/** A request as it would be sent now. */
export type SignedRequest = CallResult<'postImagesV1WebhooksDeliveriesIdSign'>

/** The request as a command. */
export const asCurl = ({ url, headers, body }: SignedRequest): string =>
  [
    `curl ${quoted(url)}`,
    ...Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    `--data-binary ${quoted(body)}`,
  ].join(' \\\n  ')

/** The request as a test of one's own handler. */
export const asTest = ({ headers, body }: SignedRequest): string => `import assert from 'node:assert/strict'
import { test } from 'node:test'
import handler from './worker.js'

test('a recorded webhook is taken', async () => {
  const request = new Request('https://app.example/webhooks', {
    method: 'POST',
    headers: ${JSON.stringify(headers, null, 2).replaceAll('\n', '\n    ')},
    body: ${JSON.stringify(body)},
  })
  const response = await handler.fetch(request, { WEBHOOK_SECRET: process.env.WEBHOOK_SECRET })
  assert.equal(response.status, 200)
})
`
