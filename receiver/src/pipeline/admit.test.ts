import { describe, expect, test } from 'vitest'
import { bytesOf, guideSignature, postGuide, upload } from '../../test/deliver.ts'
import { answer, down, receiving, streamed } from '../../test/receiving.ts'
import { utf8 } from '../crypto/text.ts'

describe('what is refused before the signature', () => {
  test.each(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])('%s, with 405 and what is allowed', async (method) => {
    const { fetch } = receiving()
    const response = await fetch(new Request('https://receiver.example/', { method }))
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
  })

  test('another path, with 404, where one was set', async () => {
    expect((await answer(postGuide(upload()), { path: '/hooks' })).status).toBe(404)
    expect((await answer(postGuide(upload()), { path: '/webhooks' })).status).toBe(200)
  })

  test.each([
    'application/json',
    'Application/JSON',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    'application/cloudevents+json',
  ])('not %s', async (type) => {
    expect((await answer(postGuide(upload(), { 'content-type': type }))).status).toBe(200)
  })

  test.each([
    'text/plain',
    'text/plain;charset=UTF-8',
    'application/jsonp',
    'application/json; charset=utf-16',
    'application/json, text/html',
    'multipart/form-data; boundary=application/json',
    '+json',
    '',
  ])('the content type %j, with 415', async (type) => {
    expect((await answer(postGuide(upload(), { 'content-type': type }))).status).toBe(415)
  })

  test('a body longer than 64 KiB, with 413, and one just as long is read', async () => {
    const event = upload()
    const filled = (length: number) =>
      bytesOf(JSON.stringify(event) + ' '.repeat(length - JSON.stringify(event).length))
    expect((await answer(postGuide(filled(65_536)))).status).toBe(200)
    expect((await answer(postGuide(filled(65_537)))).status).toBe(413)
    expect((await answer(postGuide(filled(1001)), { maxBodyBytes: 1000 })).status).toBe(413)
  })

  test('a body that says its length is too long, unread', async () => {
    const request = postGuide(upload(), { 'content-length': '65537' })
    expect((await answer(request)).status).toBe(413)
    expect(request.bodyUsed).toBe(false)
  })

  test('a body without end, after 64 KiB, and its stream is told', async () => {
    let pulls = 0
    let isCanceled = false
    const body = new ReadableStream({
      pull: (controller) => {
        pulls += 1
        controller.enqueue(new Uint8Array(16_384))
      },
      cancel: () => {
        isCanceled = true
      },
    })
    const request = streamed(body)
    expect((await answer(request)).status).toBe(413)
    expect([pulls <= 6, isCanceled]).toEqual([true, true])
  })

  test('a body that breaks off, with 400', async () => {
    const body = new ReadableStream({
      start: (controller) => {
        controller.enqueue(utf8('{'))
        controller.error(new Error('reset'))
      },
    })
    const request = streamed(body)
    expect((await answer(request)).code).toBe('body_unreadable')
  })

  test('a body that came in many pieces is put together', async () => {
    const bytes = bytesOf(upload())
    const body = new ReadableStream({
      start: (controller) => {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte))
        controller.close()
      },
    })
    const request = streamed(body, { 'x-cloudflare-signature': guideSignature(bytes) })
    expect((await answer(request)).status).toBe(200)
  })

  test('what the rate limit refuses, with 429, unread', async () => {
    const request = postGuide(upload())
    const { response } = await answer(request, { rateLimit: async () => false })
    expect([response.status, response.headers.get('retry-after'), request.bodyUsed]).toEqual([429, '60', false])
    expect((await answer(postGuide(upload()), { rateLimit: () => true })).status).toBe(200)
  })

  test('everything while the rate limit does not answer, with 503', async () => {
    expect((await answer(postGuide(upload()), { rateLimit: down })).status).toBe(503)
  })

  test('a body that was read before, with 500 and the fix in the record', async () => {
    const { fetch, records } = receiving()
    const request = postGuide(upload())
    await request.json()
    expect((await fetch(request)).status).toBe(500)
    expect(String(records[0]?.error)).toContain('Pass the request untouched')
  })
})
