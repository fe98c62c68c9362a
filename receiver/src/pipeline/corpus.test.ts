import { describe, expect, test } from 'vitest'
import { cores } from '../../test/cores.ts'
import { bytesOf, guideSignature, post, postGuide, postStandard, secret, start, upload } from '../../test/deliver.ts'
import type { Bytes } from '../crypto/mac.ts'
import { memoryInbox } from '../inboxes/memory-inbox.ts'
import type { AuditRecord } from './audit.ts'
import type { Delivery } from './delivery.ts'
import type { ReceiverOptions } from './options.ts'
import { makeReceiver } from './receiver.ts'

const text = (event = upload()) => JSON.stringify(event)
const withId = (id: string) => upload({ image: { id } })
const join = (...parts: (string | Bytes)[]): Bytes => Uint8Array.from(parts.flatMap((part) => [...bytesOf(part)]))
/** An event that is valid but for what these bytes are. */
const holding = (bytes: Bytes): Bytes => join(text().slice(0, -2), ',"x":"', bytes, '"}}')
const bom = Uint8Array.of(0xef, 0xbb, 0xbf)
const replacement = Uint8Array.of(0xef, 0xbf, 0xbd)

/** An event whose signature has a pair of digits, and that signature. */
const signedWith = (pair: RegExp) => {
  // One of the first ids has it: each signature has 32 pairs of 256.
  for (let at = 0; ; at++) {
    const event = withId(`image-${at}`)
    const signature = guideSignature(event)
    if (pair.test(signature)) return { event, signature }
  }
}
const at = (timestamp: string) => upload({ timestamp })
const iso = (ms: number) => new Date(start + ms).toISOString()
const hour = 3_600_000

describe.each(cores)('hostile and odd deliveries, by %s', (_name, { prepareMacCheck }) => {
  /** A receiver at `start`, what its handler got, and what its audit hook heard. */
  const receiving = (options: Partial<ReceiverOptions> = {}) => {
    const clock = { now: start }
    const handled: Delivery[] = []
    const records: AuditRecord[] = []
    const inbox = memoryInbox({ now: () => clock.now })
    const { fetch } = makeReceiver(prepareMacCheck, {
      secrets: secret,
      inbox,
      unknown: 'error',
      now: () => clock.now,
      audit: (record) => void records.push(record),
      ...options,
    }).on('image.*', (delivery) => void handled.push(delivery))
    return { fetch, clock, handled, records, inbox }
  }
  /** The status of one request to a new receiver, and what was handled. */
  const answer = async (request: Request, options?: Partial<ReceiverOptions>) => {
    const { fetch, handled, records } = receiving(options)
    const response = await fetch(request)
    return { status: response.status, handled, reason: records[0]?.reason }
  }

  describe('a signature', () => {
    const right = guideSignature(upload())
    test.each([
      ['a stray nibble after it', `${right}0`],
      ['a stray nibble before it', `0${right}`],
      ['separators', right.replace(/..(?=.)/g, '$&:')],
      ['a prefix as of GitHub', `sha256=${right}`],
      ['base64', Buffer.from(right, 'hex').toString('base64')],
      ['64 characters that are not ASCII', 'ÿ'.repeat(64)],
      ['nothing', ''],
      ['a megabyte', right.repeat(16_384)],
      ['a header that came twice', `${right}, ${right}`],
      ['the other half twice', right.slice(0, 32).repeat(2)],
    ])('is refused with 401: %s', async (_way, signature) => {
      const { status, handled } = await answer(post(upload(), { 'x-cloudflare-signature': signature }))
      expect([status, handled]).toEqual([401, []])
    })

    test.each([
      ['zz for 00', /^(..)*?00/, 'zz'],
      ['-1 for ff', /^(..)*?ff/, '-1'],
      ['3! for 03', /^(..)*?03/, '3!'],
    ])('whose digits a lenient decoder would read alike is refused with 401: %s', async (_way, pair, lenient) => {
      const { event, signature } = signedWith(pair)
      const place = (pair.exec(signature)?.[0].length ?? 2) - 2
      const forged = signature.slice(0, place) + lenient + signature.slice(place + 2)
      expect((await answer(post(event, { 'x-cloudflare-signature': signature }))).status).toBe(200)
      expect((await answer(post(event, { 'x-cloudflare-signature': forged }))).status).toBe(401)
    })

    test('in upper case is the same signature: 200', async () => {
      expect((await answer(post(upload(), { 'x-cloudflare-signature': right.toUpperCase() }))).status).toBe(200)
    })

    test('that is missing, malformed or wrong gets one and the same answer', async () => {
      const { fetch, records } = receiving()
      const bodies = new Set<string>()
      for (const headers of [{}, { 'x-cloudflare-signature': 'zz' }, { 'x-cloudflare-signature': '0'.repeat(64) }]) {
        bodies.add(await (await fetch(post(upload(), headers))).text())
      }
      expect([...bodies]).toEqual(['{"code":"unverified"}'])
      expect(records.map(({ reason }) => reason)).toEqual(['missing', 'malformed', 'mismatch'])
    })
  })

  describe('the bytes of a body', () => {
    test.each([
      ['a byte order mark before it', join(bom, text())],
      ['replacement patterns of String.replace', bytesOf(text(upload({ image: { filename: "$& $$ $' $` $1" } })))],
      ['an escaped NUL', bytesOf(text(upload({ image: { filename: 'a\u0000b' } })))],
      ['pretty print', bytesOf(JSON.stringify(upload(), null, 2))],
      ['CRLF between its lines', bytesOf(JSON.stringify(upload(), null, 2).replaceAll('\n', '\r\n'))],
      ['a line end after it', bytesOf(`${text()}\n`)],
      ['U+FFFD in it', holding(replacement)],
    ])('signed as they are sent are handled with 200: %s', async (_way, body) => {
      for (const request of [postGuide(body), postStandard(body)]) {
        const { status, handled } = await answer(request)
        expect([status, handled.length]).toEqual([200, 1])
        expect(handled[0]?.body).toEqual(body)
      }
    })

    const pretty = JSON.stringify(upload(), null, 2)
    test.each([
      ['compact, for pretty print', text(), pretty],
      ['pretty print, for compact', pretty, text()],
      ['LF, for CRLF', pretty, pretty.replaceAll('\n', '\r\n')],
      ['without the line end', text(), `${text()}\n`],
      ['with a line end', `${text()}\n`, text()],
      ['without the byte order mark', text(), join(bom, text())],
      ['with the byte order mark', join(bom, text()), text()],
      ['U+FFFD, for the byte FF', join(text(), replacement), join(text(), Uint8Array.of(0xff))],
      ['the byte FF, for U+FFFD', join(text(), Uint8Array.of(0xff)), join(text(), replacement)],
      ['an empty body', '', text()],
    ])('under the signature of other bytes are refused with 401: %s', async (_way, signed, sent) => {
      const { status, handled } = await answer(post(sent, { 'x-cloudflare-signature': guideSignature(signed) }))
      expect([status, handled]).toEqual([401, []])
    })

    test.each([
      ['a raw NUL in a text', bytesOf(text().replace('test.jpg', 'a\u0000b')), 422],
      ['the byte FF', holding(Uint8Array.of(0xff)), 422],
      ['a surrogate written in UTF-8', holding(Uint8Array.of(0xed, 0xa0, 0x80)), 422],
      ['nothing', bytesOf(''), 422],
      ['a text after the object', bytesOf(`${text()}x`), 422],
      ['an array', bytesOf(`[${text()}]`), 422],
      ['null', bytesOf('null'), 422],
    ])('rightly signed, but no JSON object in UTF-8, end with their status: %s', async (_way, body, status) => {
      expect((await answer(postGuide(body))).status).toBe(status)
    })
  })

  describe('the JSON of a body', () => {
    test('may hold lone surrogates: 200, and the key of an id with one is well-formed', async () => {
      const body = text(withId('a')).replace('"id":"a"', '"id":"\\ud800"')
      const { status, handled } = await answer(postGuide(body))
      expect([status, handled[0]?.event.image.id]).toEqual([200, '\ud800'])
      expect(handled[0]?.key.isWellFormed()).toBe(true)
    })

    test('may say a key twice: 200, and the last counts, as in JSON.parse', async () => {
      const { status, handled } = await answer(postGuide(text().replace('"event":', '"accountId":"first","event":')))
      expect([status, handled[0]?.event.accountId]).toEqual([200, 'test'])
    })

    test('may hold __proto__: 200, and no prototype changes', async () => {
      const body = text()
        .replace('"metadata":{', '"metadata":{"__proto__":{"polluted":true},')
        .replace('{', '{"__proto__":{"polluted":true},')
      const { status, handled } = await answer(postGuide(body))
      expect(status).toBe(200)
      expect(Reflect.get({}, 'polluted')).toBeUndefined()
      expect(handled[0] && 'polluted' in handled[0].event).toBe(false)
    })

    test('may not hide an event in __proto__: 422', async () => {
      expect((await answer(postGuide(`{"__proto__":${text()}}`))).status).toBe(422)
    })

    test('may be 10 000 levels deep: 200', async () => {
      const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`
      expect((await answer(postGuide(text().replace('"test_user"', deep)))).status).toBe(200)
      expect((await answer(postGuide(deep))).status).toBe(422)
    })

    test('may hold numbers beyond 2⁵³: 200, and their digits stand in the bytes', async () => {
      const body = text().replace('"test_user"', '9007199254740993')
      const { status, handled } = await answer(postGuide(body))
      expect(status).toBe(200)
      expect(Buffer.from(handled[0]?.body ?? []).toString()).toContain('9007199254740993')
    })

    test.each(['a/b', '../../etc/passwd', '..', 'a%2eb%2F', 'a?b=c#d', 'a|b', 'ü\u0000"\\'])(
      'may have the custom id %j: 200, and the handler gets it as it is',
      async (id) => {
        const { status, handled } = await answer(postGuide(withId(id)))
        expect([status, handled[0]?.event.image.id]).toEqual([200, id])
      },
    )

    test('never gives two events one key, whatever stands in their ids', async () => {
      const { fetch, handled } = receiving()
      for (const [accountId, id] of [
        ['a|image.uploaded|b', 'c'],
        ['a', 'b|image.uploaded|c'],
        ['a', '\\u007c'],
        ['a', '|'],
      ] as const) {
        expect((await fetch(postGuide(upload({ accountId, image: { id } })))).status).toBe(200)
      }
      expect(new Set(handled.map(({ key }) => key)).size).toBe(4)
    })
  })

  describe("an event's time", () => {
    test.each([
      ['26 hours ago', iso(-26 * hour), 200, 200],
      ['more than 26 hours ago', iso(-26 * hour - 1), 422, 200],
      ['five minutes ahead', iso(300_000), 200, 200],
      ['far ahead', iso(10 * 365 * 24 * hour), 422, 200],
      ['NaN', 'NaN', 422, 422],
      ['without a zone', '2026-01-15T10:30:45', 422, 422],
      ['on no day of the calendar', '2026-02-30T10:30:45Z', 422, 422],
      ['before the epoch', '1969-12-31T23:59:59Z', 422, 200],
    ])(
      "counts under the guide's header, and the attempt's time elsewhere: %s",
      async (_way, timestamp, guide, standard) => {
        expect((await answer(postGuide(at(timestamp)))).status).toBe(guide)
        expect((await answer(postStandard(at(timestamp)))).status).toBe(standard)
      },
    )

    test('does not save an attempt whose own time is stale: 422, and cutting its headers off is no way round', async () => {
      const stale = postStandard(at(iso(0)), { sentAt: start - 301_000 })
      expect((await answer(stale)).status).toBe(422)
      const future = postStandard(at(iso(0)), { sentAt: start + 301_000 })
      expect((await answer(future)).status).toBe(422)
      const { fetch, handled } = receiving()
      expect((await fetch(postStandard(upload()))).status).toBe(200)
      expect(await (await fetch(postGuide(upload()))).text()).toContain('duplicate')
      expect(handled).toHaveLength(1)
    })
  })

  test('an event of a foreign account is refused with 422', async () => {
    expect((await answer(postGuide(upload()), { account: 'ours' })).status).toBe(422)
    expect((await answer(postGuide(upload()), { account: ['ours', 'test'] })).status).toBe(200)
    expect((await answer(postGuide(upload()), { account: () => 'test' })).status).toBe(200)
  })

  test('of 100 deliveries of one event at once, one is handled and the others come again', async () => {
    const { fetch, handled } = receiving()
    const statuses = await Promise.all(
      Array.from({ length: 100 }, async () => (await fetch(postStandard(upload()))).status),
    )
    expect(handled).toHaveLength(1)
    expect(statuses.filter((status) => status === 200)).not.toHaveLength(0)
    expect(statuses.every((status) => status === 200 || status === 503)).toBe(true)
    expect((await fetch(postStandard(upload()))).status).toBe(200)
  })

  test('a crash between the effect and its record: 503 until the lease ends, then the event is handled again', async () => {
    const { fetch, clock, handled, inbox } = receiving()
    // What a process leaves behind that dies after its handler and before it completes.
    await inbox.claim('test|image.uploaded|test_image_id|2026-01-15T10:30:45.000Z', {
      leaseMs: 60_000,
      keepMs: 86_400_000,
    })
    const busy = await fetch(postStandard(upload()))
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '60'])
    clock.now += 60_000
    expect((await fetch(postStandard(upload(), { sentAt: clock.now }))).status).toBe(200)
    expect(handled).toHaveLength(1)
  })

  test('a handler slower than its lease is told of by the audit record, and its event is not handled a third time', async () => {
    const { clock, inbox } = receiving()
    const records: AuditRecord[] = []
    let runs = 0
    const started = Promise.withResolvers<void>()
    const gate = Promise.withResolvers<void>()
    const { fetch } = makeReceiver<void>(prepareMacCheck, {
      secrets: secret,
      inbox,
      unknown: 'ignore',
      now: () => clock.now,
      audit: (record) => void records.push(record),
    }).on('image.uploaded', () => {
      runs += 1
      started.resolve()
      return runs > 1 ? undefined : gate.promise
    })
    const slow = fetch(postStandard(upload()))
    await started.promise
    clock.now += 60_001
    expect((await fetch(postStandard(upload(), { sentAt: clock.now }))).status).toBe(200)
    gate.resolve()
    expect((await slow).status).toBe(200)
    expect(records.map(({ leaseLost }) => leaseLost)).toEqual([false, true])
    expect((await fetch(postStandard(upload(), { sentAt: clock.now }))).status).toBe(200)
    expect(runs).toBe(2)
  })

  test('a clock that is set back keeps what is done, and nobody waits for longer than a lease', async () => {
    const { fetch, clock, handled, inbox } = receiving()
    expect((await fetch(postStandard(upload()))).status).toBe(200)
    await inbox.claim('test|image.uploaded|held|2026-01-15T10:30:45.000Z', { leaseMs: 60_000, keepMs: 86_400_000 })
    clock.now -= 3_600_000
    const again = await fetch(postStandard(upload(), { sentAt: clock.now }))
    expect(await again.json()).toEqual({ code: 'duplicate' })
    const held = await fetch(postStandard(withId('held'), { sentAt: clock.now }))
    expect([held.status, held.headers.get('retry-after')]).toEqual([503, '60'])
    expect(handled).toHaveLength(1)
  })
})
