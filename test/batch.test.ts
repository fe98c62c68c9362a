import { expect, test } from 'vitest'
import { sampleImage } from '../scripts/sample-images.ts'
import { describeDrivers, type Driver } from './ground/drivers.ts'
import { imageServer } from './ground/image-server.ts'

type Json = ReturnType<JSON['parse']>

const open = async (driver: Driver) => {
  const server = await imageServer({ driver })
  const batchToken = async (): Promise<Json> => (await (await server.api('/batch_token')).json()).result
  const batch = async (token: string, method: string, path: string, body?: FormData | object): Promise<Json> => {
    const response = await server.fetch(`/batch/images${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body && { body: body instanceof FormData ? body : JSON.stringify(body) }),
    })
    const type = response.headers.get('content-type') ?? ''
    const text = await response.text()
    return { status: response.status, ...(type.includes('json') ? JSON.parse(text) : { type }) }
  }
  return { server, batchToken, batch }
}

const form = async (id: string): Promise<FormData> => {
  const { bytes, filename } = await sampleImage('webp')
  const made = new FormData()
  made.append('id', id)
  made.append('file', new File([new Uint8Array(bytes)], filename))
  return made
}

const denied = {
  status: 403,
  success: false,
  errors: [{ code: 10_000, message: expect.stringMatching(/batch token/) }],
}

describeDrivers('a batch token', (driver) => {
  test('opens the calls of images under the batch paths, without an account in them', async () => {
    const { server, batchToken, batch } = await open(driver)
    const { token, expiresAt } = await batchToken()
    expect(Date.parse(expiresAt) - server.clock.now()).toBe(3_600_000)
    const uploaded = await batch(token, 'POST', '/v1', await form('a/b'))
    expect(uploaded).toMatchObject({ status: 200, result: { id: 'a/b' } })
    expect((await batch(token, 'GET', '/v1/a%2Fb')).result).toEqual(uploaded.result)
    expect((await (await server.api('/a%2Fb')).json()).result).toEqual(uploaded.result)
    expect((await batch(token, 'GET', '/v1/a%2Fb/blob')).type).toBe('image/webp')
    expect((await batch(token, 'PATCH', '/v1/a%2Fb', { metadata: { a: 1 } })).result.meta).toEqual({ a: 1 })
    expect((await batch(token, 'GET', '/v1')).result.images).toHaveLength(1)
    expect((await batch(token, 'GET', '/v2?meta.a[eq]=1')).result.images).toHaveLength(1)
    const direct = (await batch(token, 'POST', '/v2/direct_upload', new FormData())).result
    expect(direct).toEqual({ id: expect.any(String), uploadURL: expect.stringContaining('/upload/') })
    expect((await batch(token, 'DELETE', '/v1/a%2Fb')).result).toEqual({})
    expect(await server.events()).toHaveLength(3)
  })

  test('opens nothing else, and no other token opens the batch paths', async () => {
    const { server, batchToken, batch } = await open(driver)
    const { token } = await batchToken()
    const account = await server.api('', { headers: { authorization: `Bearer ${token}` } })
    expect(account.status).toBe(403)
    for (const path of ['/v1/keys', '/v1/variants', '/v1/config', '/v1/stats', '/v1/batch_token', '/v1/webhooks'])
      expect(await batch(token, 'GET', path)).toMatchObject({ status: 404, errors: [{ code: 5404 }] })
    const forged = `${token.slice(0, -6)}${token.endsWith('AAAAAA') ? 'BBBBBB' : 'AAAAAA'}`
    for (const wrong of [server.token, forged, 'ihb_', 'ihb_AAAA', `x${token}`])
      expect(await batch(wrong, 'GET', '/v1')).toMatchObject(denied)
    expect((await server.fetch('/batch/images/v1')).status).toBe(403)
    const malformed = await server.fetch('/batch/images/v1', { headers: { authorization: 'Basic x' } })
    expect(malformed.status).toBe(400)
  })

  test('ends after an hour, and with the API token that asked for it', async () => {
    const { server, batchToken, batch } = await open(driver)
    const { token } = await batchToken()
    server.clock.advance(3_599_999)
    expect((await batch(token, 'GET', '/v1')).status).toBe(200)
    server.clock.advance(1)
    expect(await batch(token, 'GET', '/v1')).toMatchObject(denied)
    const next = (await batchToken()).token
    expect((await batch(next, 'GET', '/v1')).status).toBe(200)
    await server.database.write([{ sql: 'update api_token set revoked_at = 1', parameters: [] }])
    expect(await batch(next, 'GET', '/v1')).toMatchObject(denied)
  })

  test('may do what its API token may', async () => {
    const { server, batchToken, batch } = await open(driver)
    await server.database.write([{ sql: `update api_token set permission = 'read'`, parameters: [] }])
    const { token } = await batchToken()
    expect((await batch(token, 'GET', '/v2')).status).toBe(200)
    expect(await batch(token, 'POST', '/v1', await form('a'))).toMatchObject({
      status: 403,
      errors: [{ code: 10_000 }],
    })
  })

  test('takes 200 requests a second', async () => {
    const { server, batchToken, batch } = await open(driver)
    const [{ token }, { token: other }] = [await batchToken(), await batchToken()]
    for (let count = 0; count < 200; count++) expect((await batch(token, 'GET', '/v1/x')).status).toBe(404)
    expect(await batch(token, 'GET', '/v1/x')).toMatchObject({ status: 429, errors: [{ code: 10_429 }] })
    expect((await batch(other, 'GET', '/v1/x')).status).toBe(404)
    server.clock.advance(5)
    expect((await batch(token, 'GET', '/v1/x')).status).toBe(404)
  })
})
