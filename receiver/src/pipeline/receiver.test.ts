import { describe, expect, expectTypeOf, test } from 'vitest'
import { bytesOf, guideSignature, post, postGuide, postStandard, secret, start, upload } from '../../test/deliver.ts'
import { broken, code, down, receiving } from '../../test/receiving.ts'
import type { ImageUploadedEvent, WebhookEvent } from '../events/events.ts'
import { sampleEvent } from '../events/samples.ts'
import {
  createReceiver,
  type Delivery,
  guideScheme,
  memoryInbox,
  type ReceiverOptions,
  standardScheme,
  tokenScheme,
  type UnknownDelivery,
} from '../index.ts'

describe('every answer', () => {
  test('is a code and nothing else, is not stored, and never holds the text of an error', async () => {
    const { fetch, on, records } = receiving()
    on('image.uploaded', () => {
      throw new Error('the password is sesame')
    })
    const response = await fetch(postStandard(upload()))
    expect(response.status).toBe(500)
    expect(await response.text()).toBe('{"code":"handler_failed"}')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(String(records[0]?.error)).toContain('sesame')
  })
})

describe('routing', () => {
  test('runs the handlers of the type and of image.*, in the order of registration', async () => {
    const { fetch, on } = receiving()
    const ran: string[] = []
    on('image.deleted', () => void ran.push('deleted'))
      .on('image.*', async () => void ran.push('any'))
      .on(
        'image.uploaded',
        () => void ran.push('first'),
        () => void ran.push('second'),
      )
    expect(await code(await fetch(postStandard(upload())))).toBe('done')
    expect(ran).toEqual(['any', 'first', 'second'])
  })

  test('gives each type to its own handler, typed', async () => {
    const { fetch, on } = receiving()
    const messages: string[] = []
    on('image.upload_failed', ({ event }) => void messages.push(event.error.message))
    on('image.uploaded', ({ event }) => expectTypeOf(event).toEqualTypeOf<ImageUploadedEvent>())
    on('image.*', ({ event }) => expectTypeOf(event).toEqualTypeOf<WebhookEvent>())
    await fetch(postStandard(sampleEvent('image.upload_failed', { error: { code: 'c', message: 'broken' } })))
    expect(messages).toEqual(['broken'])
  })

  test('answers 200 to an event that nobody asked for, and claims nothing', async () => {
    const inbox = memoryInbox()
    const { fetch } = receiving({ inbox })
    expect(await code(await fetch(postStandard(upload())))).toBe('ignored')
    expect(await inbox.sweep(1)).toBe(0)
  })

  test('ends with the first delivery, and takes no unknown type', async () => {
    const { fetch, on, handle } = receiving()
    const misspelt: Parameters<typeof on>[0] = JSON.parse('"image.upload"')
    expect(() => on(misspelt, handle)).toThrow("on('image.upload'): no such event type.")
    await fetch(postStandard(upload()))
    expect(() => on('image.uploaded', handle)).toThrow('after the first delivery')
  })

  test('stops at the handler that fails, and the whole event comes again', async () => {
    const { fetch, on } = receiving()
    const ran: string[] = []
    on('image.uploaded', () => {
      ran.push('first')
      if (ran.length === 1) throw undefined
    })
    on('image.uploaded', () => void ran.push('second'))
    expect(await code(await fetch(postStandard(upload())))).toBe('handler_failed')
    expect(await code(await fetch(postStandard(upload())))).toBe('done')
    expect(await code(await fetch(postStandard(upload())))).toBe('duplicate')
    expect(ran).toEqual(['first', 'first', 'second'])
  })
})

describe('an event of an unknown type', () => {
  const archived = JSON.stringify({
    event: 'image.archived',
    timestamp: new Date(start).toISOString(),
    accountId: 'test',
  })

  test('is ignored, refused or handled, as was chosen', async () => {
    expect(await code(await receiving({ unknown: 'ignore' }).fetch(postStandard(archived)))).toBe('ignored')
    expect(await code(await receiving({ unknown: 'error' }).fetch(postStandard(archived)))).toBe('event_unknown')
    const got: UnknownDelivery[] = []
    const { fetch } = receiving({ unknown: (delivery) => void got.push(delivery) })
    expect(await code(await fetch(postStandard(archived)))).toBe('done')
    expect(await code(await fetch(postStandard(archived, { id: 'evt_1' })))).toBe('duplicate')
    expect(await code(await fetch(postStandard(archived, { id: 'evt_2' })))).toBe('done')
    expect(got.map(({ type, key, value }) => [type, key, value['accountId']])).toEqual([
      ['image.archived', 'id|evt_1', 'test'],
      ['image.archived', 'id|evt_2', 'test'],
    ])
  })

  test("is told from others by its bytes where only the guide's header proves it", async () => {
    const got: string[] = []
    const { fetch } = receiving({ unknown: ({ key }) => void got.push(key) })
    expect(await code(await fetch(postGuide(archived)))).toBe('done')
    expect(await code(await fetch(postGuide(archived)))).toBe('duplicate')
    expect(await code(await fetch(postGuide(`${archived} `)))).toBe('done')
    expect(got).toEqual([expect.stringMatching(/^sha256\|/), expect.stringMatching(/^sha256\|/)])
    expect(await code(await fetch(postGuide('{"event":"image.archived"}')))).toBe('payload_invalid')
  })
})

describe("Cloudflare's token", () => {
  const byToken = { schemes: [tokenScheme] }
  const headers = { 'cf-webhook-auth': secret }

  test('is not accepted unless asked for', async () => {
    expect((await receiving().fetch(post(upload(), headers))).status).toBe(401)
  })

  test('lets "Save and Test" pass, whose body has a text and nothing else', async () => {
    const { fetch, on, handle, handled } = receiving({ ...byToken, unknown: 'error' })
    on('image.*', handle)
    expect(await code(await fetch(post('{"text":"Hello World!"}', headers)))).toBe('ping')
    expect(await code(await fetch(post('{"text":"Hello World!"}', { 'cf-webhook-auth': 'wrong' })))).toBe('unverified')
    expect(handled).toEqual([])
  })

  test('proves an event, and hands a notice of another form to the unknown', async () => {
    const got: unknown[] = []
    const { fetch, on, handle, handled } = receiving({
      ...byToken,
      unknown: ({ type, value }) => void got.push([type, value]),
    })
    on('image.*', handle)
    expect(await code(await fetch(post(upload(), headers)))).toBe('done')
    expect(handled[0]).toMatchObject({ scheme: 'token', id: undefined })
    expect(await code(await fetch(post('{"text":"uploaded","ts":1}', headers)))).toBe('done')
    expect(got).toEqual([[undefined, { text: 'uploaded', ts: 1 }]])
    const old = upload({ timestamp: '2025-01-15T10:30:00Z' })
    expect(await code(await fetch(post(old, headers)))).toBe('stale')
  })

  test('does not stand in for a signature that is there', async () => {
    const { fetch } = receiving({ schemes: [standardScheme, guideScheme, tokenScheme] })
    expect((await fetch(postGuide(upload(), { ...headers, 'x-cloudflare-signature': 'zz' }))).status).toBe(401)
  })
})

describe('what a handler gets', () => {
  test('is the verified event, its key, its signed id, its bytes, the environment and the context', async () => {
    const context = { waitUntil: () => undefined }
    const got: Delivery<WebhookEvent, { name: string }>[] = []
    const { fetch } = createReceiver<{ name: string }>({
      secrets: () => ['new', secret],
      inbox: () => memoryInbox(),
      unknown: 'error',
      now: () => start,
    }).on('image.*', (delivery) => void got.push(delivery))
    const event = upload()
    await fetch(postStandard(event, {}, { 'webhook-attempt': '3', 'webhook-test': 'true' }), { name: 'x' }, context)
    expect(got).toEqual([
      {
        event,
        key: 'test|image.uploaded|test_image_id|2026-01-15T10:30:45.000Z',
        id: 'evt_1',
        attempt: 3,
        scheme: 'standard',
        secretIndex: 1,
        sentAt: start,
        receivedAt: start,
        body: bytesOf(event),
        env: { name: 'x' },
        context,
      },
    ])
  })

  test.each(['', 'x', '-', '0'])('is no attempt number where the sender says %j', async (attempt) => {
    const { fetch, on, handle, handled } = receiving()
    on('image.*', handle)
    await fetch(postStandard(upload(), {}, { 'webhook-attempt': attempt }))
    expect(handled[0]?.attempt).toBeUndefined()
  })
})

describe('the options', () => {
  test('that cannot work are refused at once', () => {
    const missing = JSON.parse('{}').missing
    expect(() => receiving({ secrets: '' })).toThrow('secrets[0] is empty')
    expect(() => receiving({ secrets: [secret, ' '] })).toThrow('secrets[1] is empty')
    expect(() => receiving({ secrets: missing })).toThrow('secrets[0] is undefined')
    expect(() => receiving({ inbox: missing })).toThrow('inbox is missing')
    expect(() => receiving({ keepMs: 1000 })).toThrow('keepMs is less than maxEventAgeMs')
  })

  test('that the environment lacks end a request with 500 and a clear record', async () => {
    const missing = JSON.parse('{}').missing
    for (const [options, text] of [
      [{ secrets: () => missing }, 'secrets[0] is undefined'],
      [{ secrets: () => [missing, secret] }, 'secrets[0] is undefined'],
      [
        {
          inbox: () => {
            throw new Error('no binding')
          },
        },
        'no binding',
      ],
    ] satisfies [Partial<ReceiverOptions>, string][]) {
      const { fetch, on, handle, records } = receiving(options)
      on('image.*', handle)
      expect(await code(await fetch(postStandard(upload())))).toBe('misconfigured')
      expect(String(records[0]?.error)).toContain(text)
    }
  })

  test('hold secrets of the environment for as long as they stay the same', async () => {
    let secrets = ['old']
    const { fetch } = receiving({ secrets: () => secrets })
    expect((await fetch(postGuide(upload()))).status).toBe(401)
    secrets = [secret, 'old']
    expect((await fetch(postGuide(upload()))).status).toBe(200)
    secrets = ['old']
    expect((await fetch(postGuide(upload()))).status).toBe(401)
  })
})

describe('an inbox that does not answer', () => {
  test.each(['claim', 'complete'] as const)('at %s, ends the request with 503', async (name) => {
    const { fetch, on, handle } = receiving({ inbox: broken({ [name]: down }) })
    on('image.*', handle)
    expect(await code(await fetch(postStandard(upload())))).toBe('unavailable')
  })

  test('at release, does not hide what the handler threw', async () => {
    const { fetch, on, records } = receiving({ inbox: broken({ release: down }) })
    on('image.*', () => {
      throw new Error('first')
    })
    expect(await code(await fetch(postStandard(upload())))).toBe('handler_failed')
    const { error } = records[0] ?? {}
    expect(Array.isArray(error) && error.map(String)).toEqual(['Error: first', 'Error: down'])
  })
})

describe('the audit record', () => {
  test('tells how each request ended, without secret, signature or body', async () => {
    const { fetch, on, handle, records } = receiving({ secrets: ['new', secret] })
    on('image.*', handle)
    await fetch(postStandard(upload()))
    await fetch(post(upload(), { 'x-cloudflare-signature': '0'.repeat(64) }))
    expect(records).toMatchObject([
      {
        code: 'done',
        status: 200,
        receivedAt: start,
        durationMs: 0,
        bodyBytes: bytesOf(upload()).length,
        scheme: 'standard',
        secretIndex: 1,
        id: 'evt_1',
        attempt: 1,
        type: 'image.uploaded',
        imageId: 'test_image_id',
        leaseLost: false,
      },
      { code: 'unverified', status: 401, reason: 'mismatch' },
    ])
    const told = JSON.stringify(records)
    for (const hidden of [secret, 'test_user', guideSignature(upload())]) expect(told).not.toContain(hidden)
  })

  test('that cannot be told changes nothing for the sender, and is logged', async () => {
    const logged: unknown[] = []
    const { fetch, on, handle } = receiving({
      audit: () => Promise.reject(new Error('audit')),
      log: { error: (message, cause) => void logged.push([message, String(cause)]) },
    })
    on('image.*', handle)
    expect((await fetch(postStandard(upload()))).status).toBe(200)
    expect(logged).toEqual([['The audit hook failed.', 'Error: audit']])
  })

  test('is logged for failures where nobody asked for it', async () => {
    const logged: unknown[] = []
    const { fetch } = createReceiver({
      secrets: secret,
      inbox: memoryInbox(),
      unknown: 'ignore',
      now: () => start,
      log: { error: (message, cause) => void logged.push([message, String(cause)]) },
    }).on('image.*', () => {
      throw new Error('broken')
    })
    await fetch(postStandard(upload()))
    await fetch(post(upload()))
    expect(logged).toEqual([['A webhook ended as handler_failed.', 'Error: broken']])
  })
})
