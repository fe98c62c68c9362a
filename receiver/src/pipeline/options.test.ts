import { describe, expect, test } from 'vitest'
import { bytesOf, post, postGuide, postStandard, secret, upload } from '../../test/deliver.ts'
import { answer, code, receiving } from '../../test/receiving.ts'
import { memoryInbox } from '../inboxes/memory-inbox.ts'
import { createReceiver, retired } from '../index.ts'
import type { ReceiverOptions } from './options.ts'

/** What a program without types may give: any value, in place of what the types ask for. */
const untyped = (json: string) => JSON.parse(json)

const noSecret = 'is empty, too long, not set or has a line end'

describe('options that cannot work are refused at once, with a sentence', () => {
  test.each<[string, Partial<ReceiverOptions>]>([
    [`secrets[0] ${noSecret}`, { secrets: '' }],
    [`secrets[0] ${noSecret}`, { secrets: ['', secret] }],
    [`secrets[1] ${noSecret}`, { secrets: [secret, ' '] }],
    ['secrets[0] is undefined', { secrets: untyped('{}').missing }],
    ['secrets[0] is undefined', { secrets: [undefined, secret] }],
    ['secrets[0] is number', { secrets: untyped('5') }],
    ['secrets[0] is object', { secrets: untyped('{"current":"x"}') }],
    // As a file holds it, and as a template makes it of a variable that is not set.
    [`secrets[0] ${noSecret}`, { secrets: `${secret}\n` }],
    [`secrets[0] ${noSecret}`, { secrets: `${untyped('{}').missing}` }],
    ['Give 1 to 4 secrets', { secrets: [] }],
    ['inbox is missing', { inbox: untyped('null') }],
    ['keepMs is less than maxEventAgeMs', { keepMs: 1000 }],
    ['keepMs is less than maxEventAgeMs', { keepMs: Number.NaN }],
  ])('%s', (sentence, options) => {
    expect(() => receiving(options)).toThrow(sentence)
    expect(() => receiving(options)).toThrow(TypeError)
  })
})

describe('an option', () => {
  const long = bytesOf(`${JSON.stringify(upload())}${' '.repeat(65_536)}`)
  const old = upload({ timestamp: '2025-01-15T10:30:00Z' })

  test('that is undefined has its default, limits above all', async () => {
    const { missing } = untyped('{}')
    const none = { maxBodyBytes: missing, maxEventAgeMs: missing, schemes: missing, log: missing, leaseMs: missing }
    expect((await answer(postGuide(long), none)).status).toBe(413)
    expect((await answer(postGuide(old), none)).code).toBe('stale')
    expect((await answer(postStandard(upload()), none)).code).toBe('done')
  })

  test.each([Number.NaN, untyped('"64kb"'), untyped('{}')])('that is no number (%s) lets nothing in', async (wrong) => {
    const streaming = (options: Partial<ReceiverOptions>) => answer(postGuide(upload()), options)
    expect((await streaming({ maxBodyBytes: wrong })).status).toBe(413)
    expect(await streaming({ maxEventAgeMs: wrong, keepMs: 1e13 }).catch(String)).toContain('keepMs is less')
    expect((await answer(postStandard(upload()), { attemptToleranceMs: wrong })).code).toBe('stale')
  })

  test('unknown that is misspelt or missing refuses what is unknown, and does not ignore it', async () => {
    const archived = postStandard(JSON.stringify({ ...upload(), event: 'image.archived' }))
    for (const unknown of ['"ingore"', 'null']) {
      const ended = await answer(archived.clone(), { unknown: untyped(unknown) })
      expect(ended.code).toBe('event_unknown')
    }
  })

  test('path without its slash matches nothing', async () => {
    expect((await answer(postStandard(upload()), { path: 'webhooks' })).code).toBe('not_found')
  })
})

test('a handler that is none fails each event, and the record says so', async () => {
  const { fetch, on, records } = receiving()
  on('image.uploaded', untyped('null'))
  expect(await code(await fetch(postStandard(upload())))).toBe('handler_failed')
  expect(String(records[0]?.error)).toContain('handler is not a function')
})

test('a request that nobody signed does not end registration', async () => {
  const { fetch, on, handle, handled } = receiving()
  await fetch(post(upload()))
  on('image.uploaded', handle)
  await fetch(postStandard(upload()))
  expect(handled).toHaveLength(1)
})

describe('what the environment gives', () => {
  test('may lack the old secret outside of a rotation, and has it during one', async () => {
    type Env = { SECRET: string; OLD?: string }
    const { fetch } = createReceiver<Env>({
      secrets: (env) => [env.SECRET, env.OLD],
      inbox: memoryInbox(),
      unknown: 'ignore',
      maxEventAgeMs: 1e13,
      keepMs: 1e13,
    })
    expect((await fetch(postGuide(upload()), { SECRET: secret })).status).toBe(200)
    expect((await fetch(postGuide(upload()), { SECRET: 'new' })).status).toBe(401)
    expect((await fetch(postGuide(upload()), { SECRET: 'new', OLD: secret })).status).toBe(200)
  })

  test('keeps the number of the secret that matched, whatever is not set before it', async () => {
    const { fetch, records } = receiving({ secrets: ['new', undefined, secret] })
    await fetch(postGuide(upload()))
    expect(records[0]).toMatchObject({ code: 'ignored', secretIndex: 2 })
  })

  test('may come later: a store of secrets answers with a promise', async () => {
    const { fetch } = receiving({ secrets: async () => [secret] })
    expect((await fetch(postGuide(upload()))).status).toBe(200)
  })

  test('is no inbox where a binding is missing or is Workers KV, and the record says so', async () => {
    for (const inbox of ['null', '{"get":1,"put":1}']) {
      const { fetch, on, handle, records } = receiving({ inbox: () => untyped(inbox) })
      on('image.*', handle)
      expect(await code(await fetch(postStandard(upload())))).toBe('unavailable')
      expect(String(records[0]?.error)).toMatch(/TypeError: .*claim/)
    }
  })

  test.each(['""', '[]', '[null]', 'null'])('may lack the account (%s), and then nobody gets in', async (account) => {
    const { fetch, on, handle, handled } = receiving({ account: () => untyped(account), unknown: () => 0 })
    on('image.*', handle)
    for (const body of [upload(), '{"event":"image.archived","timestamp":"2026-01-15T10:30:45Z"}'])
      expect(await code(await fetch(postStandard(body)))).toBe('account_foreign')
    expect(handled).toEqual([])
  })
})

test('a retired endpoint answers every POST with 410, signed or not', async () => {
  for (const request of [postStandard(upload()), post(upload())]) {
    const response = await retired(request)
    expect([response.status, await response.json()]).toEqual([410, { code: 'retired' }])
  }
  expect((await retired(new Request('https://receiver.example/'))).status).toBe(405)
})
