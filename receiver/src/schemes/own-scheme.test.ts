import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { bytesOf, post, secret, start, upload } from '../../test/deliver.ts'
import { code, receiving } from '../../test/receiving.ts'
import { utf8 } from '../crypto/text.ts'
import type { Scheme } from './scheme.ts'

/** As Cloudflare Stream signs: `time=<seconds>,sig1=<hex>` over `<seconds>.<body>`. */
const timedScheme: Scheme = {
  name: 'timed',
  header: 'webhook-timed',
  prepare: (given, prepareMacCheck) => prepareMacCheck(utf8(given)),
  read(value, body) {
    const [, seconds, hex] = /^time=(\d{1,11}),sig1=([\da-f]{64})$/.exec(value) ?? []
    if (!seconds || !hex) return undefined
    const message = new Uint8Array([...utf8(`${seconds}.`), ...body])
    return { message, macs: [new Uint8Array(Buffer.from(hex, 'hex'))], sentAt: Number(seconds) * 1000 }
  },
}

describe('a scheme of one’s own', () => {
  const timed = (sentAt: number, event = upload()) => {
    const seconds = Math.floor(sentAt / 1000)
    const mac = createHmac('sha256', secret).update(`${seconds}.`).update(bytesOf(event)).digest('hex')
    return post(event, { 'webhook-timed': `time=${seconds},sig1=${mac}` })
  }

  test('proves an event by its own name, and its signed time is what counts', async () => {
    const { fetch, on, handle, records } = receiving({ schemes: [timedScheme], secrets: ['new', secret] })
    on('image.*', handle)
    expect(await code(await fetch(timed(start)))).toBe('done')
    expect(await code(await fetch(timed(start, upload({ timestamp: '2020-01-15T10:30:00Z' }))))).toBe('done')
    expect(await code(await fetch(timed(start - 301_000)))).toBe('stale')
    expect(await code(await fetch(post(upload(), { 'webhook-timed': 'time=1,sig1=zz' })))).toBe('unverified')
    expect(records[0]).toMatchObject({ scheme: 'timed', secretIndex: 1, sentAt: start })
  })

  test('whose time is no number is stale', async () => {
    const { fetch } = receiving({
      schemes: [
        {
          ...timedScheme,
          read: (...given) => ({ macs: [], message: utf8(''), ...timedScheme.read(...given), sentAt: Number.NaN }),
        },
      ],
    })
    expect(await code(await fetch(timed(start)))).toBe('stale')
  })
})
