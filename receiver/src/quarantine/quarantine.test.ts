import { describe, expect, test } from 'vitest'
import { d1, databases } from '../../test/databases.ts'
import { bytesOf, guideSignature, post, postGuide, postStandard, secret, start, upload } from '../../test/deliver.ts'
import { code, down, receiving } from '../../test/receiving.ts'
import type { Bytes } from '../crypto/mac.ts'
import { signRequest } from '../contract/sign-request.ts'
import { Refusal } from '../pipeline/refusal.ts'
import { createQuarantine, toQuarantine } from './quarantine.ts'

const notUtf8 = Uint8Array.of(0x7b, 0xff, 0x00, 0x7d)

describe.each([...databases, d1])('a quarantine in $name', ({ open }) => {
  /** A receiver with a quarantine, and what became of some bodies. */
  const openGround = async (account = 'test') => {
    const clock = { now: start }
    const now = () => clock.now
    const quarantine = createQuarantine(await open(), { now })
    const accounts = [account]
    const receiver = receiving({
      now,
      account: () => accounts,
      unknown: 'error',
      quarantine: toQuarantine(() => quarantine),
    })
    receiver.on('image.*', receiver.handle)
    const deliver = async (request: Request) => {
      const response = await receiver.fetch(request)
      return [response.status, await code(response)]
    }
    return { ...receiver, clock, quarantine, accounts, deliver }
  }

  test('keeps, byte for byte, what was rightly signed and cannot be handled; the sender hears 202', async () => {
    const { deliver, quarantine, handled, records, clock } = await openGround()
    const old = upload({ timestamp: '2025-01-15T10:30:00Z' })
    const foreign = upload({ accountId: 'another' })
    const archived = JSON.stringify({ ...upload(), event: 'image.archived' })
    const wanted: [Request, string, string, Bytes][] = [
      [postGuide(notUtf8), 'payload_invalid', 'json', notUtf8],
      [postGuide('{"event":"image.uploaded"}'), 'payload_invalid', '/timestamp', bytesOf('{"event":"image.uploaded"}')],
      [postGuide(old), 'stale', 'event', bytesOf(old)],
      [postStandard(upload(), { sentAt: start - 301_000 }), 'stale', 'stale', bytesOf(upload())],
      [postStandard(foreign), 'account_foreign', '', bytesOf(foreign)],
      [postStandard(archived), 'event_unknown', '', bytesOf(archived)],
    ]
    for (const [request] of wanted) {
      expect(await deliver(request)).toEqual([202, 'quarantined'])
      clock.now += 1
    }
    const kept = await quarantine.list()
    expect(kept.map(({ code: ended, reason, body }) => [ended, reason, body])).toEqual(
      wanted.map(([, ended, reason, body]) => [ended, reason, body]),
    )
    expect(records.map(({ code: ended, reason }) => [ended, reason])[1]).toEqual([
      'quarantined',
      'payload_invalid /timestamp',
    ])
    expect(handled).toEqual([])
  })

  test('keeps what a handler refuses, and nothing that nobody signed or that will come again', async () => {
    const { fetch, on, quarantine } = await openGround()
    on('image.deleted', () => {
      throw new Refusal('no')
    })
    on('image.updated', () => {
      throw new Error('later')
    })
    const send = async (request: Request) => code(await fetch(request))
    expect(await send(postStandard({ ...upload(), event: 'image.deleted' }))).toBe('quarantined')
    expect(await send(postStandard({ ...upload(), event: 'image.updated' }))).toBe('handler_failed')
    expect(await send(postStandard(upload()))).toBe('done')
    expect(await send(post('{', { 'x-cloudflare-signature': '0'.repeat(64) }))).toBe('unverified')
    expect(await send(post('{'))).toBe('unverified')
    expect((await quarantine.list()).map(({ code: ended }) => ended)).toEqual(['refused'])
  })

  test('is replayed through the receiver, which handles the event once', async () => {
    const { deliver, fetch, accounts, quarantine, handled, clock } = await openGround('another')
    expect(await deliver(postStandard(upload()))).toEqual([202, 'quarantined'])
    const [kept] = await quarantine.list()
    const replay = () =>
      quarantine.replayTo(kept?.key ?? '', async ({ body }) =>
        fetch(await signRequest({ secret, body, sentAt: clock.now })),
      )
    expect(await replay()).toBe(true)
    expect(await quarantine.list()).toMatchObject([{ code: 'account_foreign', count: 2 }])
    accounts.push('test')
    expect(await replay()).toBe(true)
    expect(handled).toHaveLength(1)
    expect(await quarantine.list()).toEqual([])
    expect(await replay()).toBe(false)
    expect(await deliver(postStandard(upload()))).toEqual([200, 'duplicate'])
  })

  test('counts a body that comes again, lists page by page, forgets one or what is old', async () => {
    const { deliver, quarantine, clock } = await openGround()
    for (const text of ['a', 'b', 'c', 'a']) {
      await deliver(postGuide(text))
      clock.now += 1000
    }
    const texts = []
    for (
      let page = await quarantine.list({ limit: 1 });
      page[0];
      page = await quarantine.list({ limit: 1, after: page[0] })
    )
      texts.push([new TextDecoder().decode(page[0].body), page[0].count])
    expect(texts).toEqual([
      ['b', 1],
      ['c', 1],
      ['a', 2],
    ])
    const [first] = await quarantine.list()
    expect(await quarantine.forget(first?.key ?? '')).toBe(true)
    expect(await quarantine.forget(first?.key ?? '')).toBe(false)
    expect(await quarantine.sweep(10, 2000)).toBe(0)
    clock.now += 1
    expect(await quarantine.sweep(10, 2000)).toBe(1)
    expect(await quarantine.list()).toHaveLength(1)
    await expect(quarantine.replayTo((await quarantine.list())[0]?.key ?? '', down)).rejects.toThrow('down')
    expect(await quarantine.list()).toHaveLength(1)
  })
})

test('a quarantine that does not answer makes the sender try again: 503', async () => {
  const { fetch, records } = receiving({ quarantine: toQuarantine(() => ({ keep: down })) })
  const body = bytesOf('{')
  const response = await fetch(post(body, { 'x-cloudflare-signature': guideSignature(body) }))
  expect([response.status, await code(response), String(records[0]?.error)]).toEqual([
    503,
    'unavailable',
    'Error: down',
  ])
})
