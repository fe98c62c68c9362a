import { describe, expect, test } from 'vitest'
import { databases } from '../../test/databases.ts'
import { guideSignature, post, postStandard, secret, start, upload } from '../../test/deliver.ts'
import { receiving } from '../../test/receiving.ts'
import type { AuditHook, AuditLog } from '../pipeline/audit.ts'
import { auditAll, type AuditCount, countAudit, onError } from './count-audit.ts'
import { createAuditStore, keepAudit } from './keep-audit.ts'

const forged = () => post(upload(), { 'x-cloudflare-signature': '0'.repeat(64) })

/** One event that is done, one forged, one whose handler fails. */
const deliverThree = async (audit: AuditHook<void>, log: AuditLog = console) => {
  const clock = { now: start }
  const { fetch, on } = receiving({ audit, log, secrets: ['new', secret], now: () => clock.now })
  on('image.*', ({ event }) => {
    if (event.image.id === 'broken') throw new Error('x'.repeat(5000))
  })
  for (const request of [postStandard(upload()), forged(), postStandard(upload({ image: { id: 'broken' } }))]) {
    await fetch(request)
    clock.now += 1000
  }
}

describe.each(databases)('audit records kept in $name', ({ open }) => {
  test('tell how each request ended, the newest first, without secret, signature or body', async () => {
    const store = createAuditStore(await open())
    await deliverThree(keepAudit(() => store))
    const kept = await store.list()
    expect(kept).toMatchObject([
      { code: 'handler_failed', status: 500, receivedAt: start + 2000, error: `Error: ${'x'.repeat(993)}` },
      { code: 'unverified', status: 401, reason: 'mismatch' },
      { code: 'done', status: 200, key: expect.stringContaining('test_image_id'), secretIndex: 1, scheme: 'standard' },
    ])
    const told = JSON.stringify(kept)
    for (const hidden of [secret, 'test_user', guideSignature(upload()), '0'.repeat(64)])
      expect(told).not.toContain(hidden)
    expect((await store.list({ failuresOnly: true, limit: 1 })).map(({ code }) => code)).toEqual(['handler_failed'])
  })

  test('may be only some, and go when they are old, no more than asked', async () => {
    const store = createAuditStore(await open(), { now: () => start + 100_000 })
    await deliverThree(keepAudit(() => store, { when: ({ code }) => code !== 'unverified' }))
    expect((await store.list()).map(({ code }) => code)).toEqual(['handler_failed', 'done'])
    expect(await store.sweep(10, 100_000)).toBe(0)
    expect(await store.sweep(1, 97_000)).toBe(1)
    expect((await store.list()).map(({ code }) => code)).toEqual(['handler_failed'])
  })
})

test('a counter hears what a request counts as, and every hook hears all', async () => {
  const counted: AuditCount[] = []
  const heard: string[] = []
  const logged: unknown[] = []
  const hooks = auditAll<void>(
    () => Promise.reject(new Error('down')),
    () => {
      throw new Error('down')
    },
    countAudit((count) => void counted.push(count)),
    ({ code }) => void heard.push(code),
  )
  await deliverThree(hooks, { error: (_message, cause) => void logged.push(cause) })
  expect(logged.map((cause) => cause instanceof AggregateError && cause.errors.length)).toEqual([2, 2, 2])
  expect(heard).toEqual(['done', 'unverified', 'handler_failed'])
  expect(counted).toEqual([
    { code: 'done', status: 200, isFailure: false, isOldSecret: true, isLeaseLost: false },
    { code: 'unverified', status: 401, isFailure: true, isOldSecret: false, isLeaseLost: false },
    { code: 'handler_failed', status: 500, isFailure: true, isOldSecret: true, isLeaseLost: false },
  ])
})

test('an error tracker hears what was thrown and the record of its request, and nothing of the others', async () => {
  const heard: unknown[] = []
  await deliverThree(onError((error, record) => heard.push(String(error).slice(0, 10), record.code, record.imageId)))
  expect(heard).toEqual(['Error: xxx', 'handler_failed', 'broken'])
})
