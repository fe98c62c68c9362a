import { describe, expect, test } from 'vitest'
import { brokenPromises, changedBodies, readBefore, receivingNow, told } from '../../test/behind.ts'
import { secret } from '../../test/deliver.ts'
import { httpApi, loadBalancer, type Recorder, restApi } from '../../test/lambda-events.ts'
import { freshEvent } from '../contract/fresh-event.ts'
import { signRequest } from '../contract/sign-request.ts'
import { lambdaHandler } from '../lambda.ts'

/** A receiver behind a gateway, and how to reach it. */
const behind = (record: Recorder) => {
  const made = receivingNow({ path: '/webhooks' })
  const handler = lambdaHandler(made)
  const send = async (request: Request) => {
    const { statusCode, headers, body } = await handler(await record(request))
    return new Response(body, { status: statusCode, headers })
  }
  return { made, send }
}

describe.each([
  ['a REST API', restApi(false), false],
  ['a REST API with binary media types', restApi(true), true],
  ['an HTTP API or a function URL', httpApi(false), false],
  ['an HTTP API or a function URL, in base64', httpApi(true), true],
  ['a load balancer', loadBalancer, true],
])('Lambda behind %s', (_name, record, keepsBytes) => {
  test('keeps the contract, but for bytes that are no text and that its gateway has replaced', async () => {
    const { made, send } = behind(record)
    const replaced = expect.stringMatching(/^refuses a byte that is not UTF-8/)
    expect(await brokenPromises(made, send)).toEqual(keepsBytes ? [] : [replaced])
  })

  test('keeps every byte that its gateway keeps, and refuses what that has changed', async () => {
    const { made, send } = behind(record)
    const lost = keepsBytes ? [] : ['a byte that is not UTF-8: unverified,unverified']
    expect(await changedBodies(made, send)).toEqual(lost)
  })

  test('ends with 500 for a body that a middleware has parsed, and the record has the fix', async () => {
    const { made, send } = behind(async (request) => {
      const event = await record(request)
      return { ...event, isBase64Encoded: false, body: { event: 'image.uploaded' } }
    })
    const response = await send(await signRequest({ secret, body: freshEvent('image.uploaded') }))
    expect(await told(response, made)).toEqual(readBefore('Let no middleware'))
  })
})

test('Lambda with a custom integration, whose event is the parsed body, is told the fix', async () => {
  const handler = lambdaHandler(receivingNow())
  await expect(handler(JSON.parse('{"event":"image.uploaded"}'))).rejects.toThrow('use the Lambda proxy integration')
})

test('Lambda that nobody sent headers or a body to answers, and does not throw', async () => {
  const handler = lambdaHandler(receivingNow())
  const bare = { httpMethod: 'POST', path: '/', headers: null, multiValueHeaders: null, body: null }
  expect(await handler(bare)).toEqual({
    statusCode: 415,
    headers: { allow: 'POST', 'cache-control': 'no-store', 'content-type': 'application/problem+json' },
    body: '{"code":"type_unsupported"}',
    isBase64Encoded: false,
  })
})
