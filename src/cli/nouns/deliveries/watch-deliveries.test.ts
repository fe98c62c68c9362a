import { expect, test } from 'vitest'
import { fakeClock } from '../../../../test/ground/fake-clock.ts'
import type { Client } from '../../../client/client.ts'
import type { Delivery } from './list.ts'
import { watchDeliveries } from './watch-deliveries.ts'

const clock = fakeClock()

const delivery = (number: number, more: Partial<Delivery> = {}): Delivery => ({
  id: `dlv_${String(number).padStart(6, '0')}`,
  webhook_id: 'webhook_1',
  event_id: `evt_${String(number).padStart(6, '0')}`,
  event: 'image.uploaded',
  image_id: `image ${number}`,
  state: 'succeeded',
  reason: null,
  attempt_count: 1,
  created: new Date(clock.now()).toISOString(),
  next_attempt_at: null,
  give_up_at: new Date(clock.now()).toISOString(),
  finished: null,
  ...more,
})

/** A server with these deliveries, newest first; counts what is asked. */
const serverOf = () => {
  const state = { deliveries: [] as Delivery[], asked: 0 }
  const client = {
    async call(name: string, { path, query }: { path?: { id: string }; query?: Record<string, string> }) {
      state.asked += 1
      if (name === 'getImagesV1WebhooksDeliveriesId') return state.deliveries.find(({ id }) => id === path?.id)
      const from = Number(query?.['continuation_token'] ?? 0)
      const to = from + Number(query?.['per_page'])
      const token = to < state.deliveries.length ? String(to) : null
      return { deliveries: state.deliveries.slice(from, to), continuation_token: token }
    },
  } as unknown as Client
  return { state, client }
}

const numbers = (count: number, first = 1): Delivery[] =>
  Array.from({ length: count }, (_, at) => delivery(first + at)).toReversed()

test('what was there is known and not told, what is new or changed is told once, oldest first', async () => {
  const { state, client } = serverOf()
  state.deliveries = [delivery(2, { state: 'pending', attempt_count: 0 }), delivery(1)]
  const watch = watchDeliveries({ client, clock, filter: {} })
  expect(await watch.look()).toEqual({ changed: [], skipped: false })
  expect((await watch.look()).changed).toEqual([])
  state.deliveries = [...numbers(2, 3), delivery(2, { state: 'pending', attempt_count: 1 }), delivery(1)]
  expect((await watch.look()).changed.map(({ id, attempt_count: count }) => [id, count])).toEqual([
    ['dlv_000002', 1],
    ['dlv_000003', 1],
    ['dlv_000004', 1],
  ])
  expect((await watch.look()).changed).toEqual([])
})

test('one that was committed late, behind newer ones, is not missed', async () => {
  const { state, client } = serverOf()
  state.deliveries = [delivery(9), delivery(1)]
  const watch = watchDeliveries({ client, clock, filter: {} })
  await watch.look()
  state.deliveries = [delivery(9), delivery(5), delivery(1)]
  expect((await watch.look()).changed.map(({ id }) => id)).toEqual(['dlv_000005'])
})

test('a burst is read back over pages to what is known, and more than that is told as such', async () => {
  const { state, client } = serverOf()
  state.deliveries = numbers(10)
  const watch = watchDeliveries({ client, clock, filter: {} })
  await watch.look()
  state.deliveries = numbers(1010)
  const burst = await watch.look()
  expect([burst.changed.length, burst.skipped]).toEqual([1000, false])
  state.deliveries = numbers(9010)
  const flood = await watch.look()
  expect([flood.changed.length, flood.skipped]).toEqual([4000, true])
})

test('a retry of one that lies far back is seen when it is due', async () => {
  const { state, client } = serverOf()
  const due = new Date(clock.now() + 60_000).toISOString()
  state.deliveries = [delivery(1, { state: 'pending', next_attempt_at: due })]
  const watch = watchDeliveries({ client, clock, filter: { state: 'dead' } })
  await watch.look()
  state.deliveries = [...numbers(500, 2), ...state.deliveries]
  await watch.look()
  state.deliveries = [...numbers(500, 2), delivery(1, { state: 'dead', attempt_count: 2 })]
  const { asked } = state
  expect((await watch.look()).changed).toEqual([])
  expect(state.asked - asked).toBe(1)
  clock.advance(60_000)
  // The filter shows those in the state, and hides no change on the way to it.
  expect((await watch.look()).changed.map(({ id, state: its }) => [id, its])).toEqual([['dlv_000001', 'dead']])
})
