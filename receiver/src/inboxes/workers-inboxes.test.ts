import type { Miniflare } from 'miniflare'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tablesSql } from '../../test/databases.ts'
import { postGuide, postStandard, upload } from '../../test/deliver.ts'
import { startWorkerd } from '../../test/workerd.ts'
import { inboxConformance } from './conformance.ts'
import { d1Inbox } from './d1-inbox.ts'
import { durableObjectInbox, inboxTableSql } from './durable-object-inbox.ts'

let workerd: Miniflare
let address: URL

beforeAll(async () => {
  workerd = startWorkerd('inbox-worker.ts', {
    d1Databases: ['DB'],
    durableObjects: {
      INBOX: { className: 'UnalarmedInbox', useSQLite: true },
      ALARMED: { className: 'AlarmedInbox', useSQLite: true },
    },
  })
  address = await workerd.ready
})
afterAll(() => workerd.dispose())

const ask = (path: string, request?: Request) => fetch(new Request(new URL(path, address), request))

const cases = inboxConformance.map(({ name }, number) => ({ name, number }))

describe.each(['d1', 'durable-object'])('the %s inbox, in workerd', (kind) => {
  test.each(cases)('$name', async ({ number }) => {
    expect(await (await ask(`/${kind}/case/${number}`)).text()).toBe('')
  })

  test('carries a receiver on WebCrypto: an event is handled once, a forged one not at all', async () => {
    await ask(`/${kind}/prepare`)
    const outcomes = []
    for (const request of [
      postStandard(upload()),
      postStandard(upload()),
      postGuide(upload()),
      postStandard(upload(), {}, { 'webhook-id': 'evt_2' }),
    ]) {
      const body = await request.arrayBuffer()
      const signed = new Request(request.url, { method: 'POST', headers: request.headers, body })
      outcomes.push(await (await ask(`/${kind}`, signed)).json())
    }
    expect(outcomes).toEqual([{ code: 'done' }, { code: 'duplicate' }, { code: 'duplicate' }, { code: 'unverified' }])
    expect(await (await ask(`/${kind}/handled`)).json()).toEqual(['test_image_id'])
  })
})

describe('an effect that happens once, in D1', () => {
  test('happens once under 100 at once', async () => {
    expect(await (await ask('/d1/once/at-once')).json()).toEqual({ failure: false, ran: 1, effects: 1 })
  })

  test('happens once under 100 deliveries at once that nothing else keeps apart', async () => {
    const wanted = { codes: ['{"code":"done"}'], effects: 1 }
    expect(await (await ask('/d1/once/deliveries')).json()).toEqual(wanted)
  })

  test('that fails leaves nothing, and happens at the next time', async () => {
    expect(await (await ask('/d1/once/after-failure')).json()).toEqual({ failure: 'failed', ran: 1, effects: 1 })
  })
})

test('a Durable Object forgets by itself what is over', async () => {
  expect(await (await ask('/durable-object/alarm')).json()).toEqual([{ key: 'kept' }])
})

test('a missing binding is named at once', () => {
  const { missing } = JSON.parse('{}')
  expect(() => d1Inbox(missing)).toThrow('d1Inbox has no database')
  expect(() => durableObjectInbox(missing)).toThrow('durableObjectInbox has no namespace')
})

test("a Durable Object's table is the published one", () => {
  const bare = (sql: string) => sql.replaceAll(/--.*|\s+/g, ' ').replaceAll(/\s+/g, ' ')
  expect(bare(tablesSql)).toContain(bare(inboxTableSql).trim())
})
