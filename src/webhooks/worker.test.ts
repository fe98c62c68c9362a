import { createSigningSecret, signGuide } from '@imagehooks/receiver/sign'
import { expect, it } from 'vitest'
import { describeDrivers } from '../../test/ground/drivers.ts'
import { engineAccountId, eventually, startEngine } from '../../test/ground/engine.ts'
import { testReceiver } from '../../test/ground/receiver.ts'
import { answer, hang } from '../../test/ground/reactions.ts'
import { deliveryId } from '../domain/delivery.ts'
import { findDelivery } from '../store/deliveries.ts'

const secret = 'your_webhook_secret_key'
const minute = 60_000

describeDrivers('the delivery engine', (driver) => {
  it('delivers an event at once, signed, and settles it', async () => {
    const engine = await startEngine(driver)
    const receiver = await testReceiver()
    const { endpoint } = await engine.endpoints.put(engineAccountId, { url: `${receiver.url}/hooks`, secret })
    const event = await engine.append('image-1')
    const request = await receiver.next()
    expect(request.path).toBe('/hooks')
    expect(Buffer.from(request.body).equals(Buffer.from(event.body))).toBe(true)
    expect(request.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'imagehooks/test',
      'webhook-id': event.id,
      'webhook-attempt': '1',
    })
    expect(request.headers['x-cloudflare-signature']).toMatch(/^[0-9a-f]{64}$/)
    expect(request.headers['webhook-test']).toBeUndefined()
    const { decision } = await engine.nextAttempt()
    expect(decision).toEqual({ kind: 'succeeded' })
    expect(await findDelivery(engine.database, event.id, endpoint.id)).toMatchObject({
      state: 'succeeded',
      attemptCount: 1,
    })
  })

  it('makes ten attempts over 23 h 21 m while the endpoint fails, then gives up; each is in the log', async () => {
    const engine = await startEngine(driver)
    const receiver = await testReceiver({ respond: () => answer(500, 'down') })
    const { endpoint } = await engine.endpoints.put(engineAccountId, { url: receiver.url, secret })
    const startedAt = engine.clock.now()
    const event = await engine.append()
    const minutes: number[] = []
    for (;;) {
      const { attempt, decision } = await engine.nextAttempt()
      minutes.push((attempt.startedAt - startedAt) / minute)
      if (decision.kind !== 'retry') break
      const waitMs = decision.dueAt - engine.clock.now()
      engine.clock.advance(waitMs)
    }
    expect(minutes).toEqual([0, 0, 1, 6, 21, 81, 201, 441, 921, 1401])
    const detail = await engine.deliveries.get(engineAccountId, deliveryId(event.id, endpoint.id))
    expect(detail.delivery).toMatchObject({ state: 'dead', reason: 'schedule_exhausted', attemptCount: 10 })
    expect(detail.attempts.map(({ number, status }) => [number, status])).toEqual(
      Array.from({ length: 10 }, (_, index) => [index + 1, 500]),
    )
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([event.id]))
    expect(receiver.received.map(({ headers }) => headers['webhook-attempt'])).toEqual(
      Array.from({ length: 10 }, (_, index) => String(index + 1)),
    )
  })

  it('delivers what failed as soon as the endpoint is back at the next attempt', async () => {
    const engine = await startEngine(driver)
    const receiver = await testReceiver({ respond: (_, index) => answer(index < 3 ? 503 : 204, '') })
    await engine.endpoints.put(engineAccountId, { url: receiver.url, secret })
    await engine.append()
    await engine.nextAttempt()
    await engine.nextAttempt()
    engine.clock.advance(minute)
    await engine.nextAttempt()
    engine.clock.advance(5 * minute)
    expect((await engine.nextAttempt()).decision).toEqual({ kind: 'succeeded' })
  })

  it('ends a delivery on 410 and suspends the endpoint, which keeps what comes and goes on when it is resumed', async () => {
    const engine = await startEngine(driver)
    const receiver = await testReceiver({ respond: (_, index) => answer(index === 0 ? 410 : 200, '') })
    const { endpoint } = await engine.endpoints.put(engineAccountId, { url: receiver.url, secret })
    const first = await engine.append()
    expect((await engine.nextAttempt()).decision).toMatchObject({ kind: 'dead', reason: 'endpoint_gone' })
    expect(await engine.endpoints.get(engineAccountId, endpoint.id)).toMatchObject({
      state: 'suspended',
      stateReason: 'answered 410',
    })
    const second = await engine.append()
    engine.clock.advance(minute)
    expect(await findDelivery(engine.database, second.id, endpoint.id)).toMatchObject({ state: 'pending' })
    expect(receiver.received).toHaveLength(1)
    await engine.endpoints.patch(engineAccountId, endpoint.id, { active: true })
    const { delivery } = await engine.nextAttempt()
    expect(delivery.eventId).toBe(second.id)
    expect(await findDelivery(engine.database, first.id, endpoint.id)).toMatchObject({ state: 'dead' })
  })

  it('does what a receiver asks for with webhook-delivery', async () => {
    const engine = await startEngine(driver)
    const receiver = await testReceiver({
      respond: (_, index) =>
        index === 0
          ? answer(422, '', { 'webhook-delivery': 'abort-message' })
          : answer(200, '', { 'Webhook-Delivery': 'disable' }),
    })
    const { endpoint } = await engine.endpoints.put(engineAccountId, { url: receiver.url, secret })
    const first = await engine.append()
    await engine.nextAttempt()
    expect(await findDelivery(engine.database, first.id, endpoint.id)).toMatchObject({
      state: 'dead',
      reason: 'receiver_aborted',
    })
    const second = await engine.append()
    await engine.nextAttempt()
    expect(await findDelivery(engine.database, second.id, endpoint.id)).toMatchObject({ state: 'succeeded' })
    expect(await engine.endpoints.get(engineAccountId, endpoint.id)).toMatchObject({
      state: 'suspended',
      stateReason: 'answered 200 with webhook-delivery: disable',
    })
    const third = await engine.append()
    engine.clock.advance(minute)
    expect(await findDelivery(engine.database, third.id, endpoint.id)).toMatchObject({ state: 'pending' })
    expect(receiver.received).toHaveLength(2)
  })

  it('waits for an answer as long as the endpoint says', async () => {
    const engine = await startEngine(driver)
    const receiver = await testReceiver({ respond: () => hang() })
    await engine.endpoints.put(engineAccountId, { url: receiver.url, secret, timeoutSeconds: 2 })
    await engine.append()
    await receiver.next()
    engine.clock.advance(1999)
    expect(engine.records).toHaveLength(0)
    engine.clock.advance(1)
    const { attempt } = await engine.nextAttempt()
    expect(attempt).toMatchObject({ status: null, durationMs: 2000 })
  })

  it('keeps the queue of a paused endpoint until each deadline, then calls it never attempted', async () => {
    const engine = await startEngine(driver)
    const receiver = await testReceiver()
    const { endpoint } = await engine.endpoints.put(engineAccountId, { url: receiver.url, secret })
    await engine.endpoints.patch(engineAccountId, endpoint.id, { active: false })
    const early = await engine.append()
    engine.clock.advance(60 * minute)
    const late = await engine.append()
    engine.clock.advance(23 * 60 * minute + 1000)
    await eventually(async () => {
      engine.clock.advance(1000)
      return (await findDelivery(engine.database, early.id, endpoint.id))?.state === 'dead'
    })
    expect(await findDelivery(engine.database, early.id, endpoint.id)).toMatchObject({ reason: 'never_attempted' })
    await engine.endpoints.patch(engineAccountId, endpoint.id, { active: true })
    expect((await engine.nextAttempt()).delivery.eventId).toBe(late.id)
    expect(receiver.received).toHaveLength(1)
  })

  it('cancels what waits for an endpoint that is removed', async () => {
    const engine = await startEngine(driver)
    const receiver = await testReceiver({ respond: () => answer(500, '') })
    const { endpoint } = await engine.endpoints.add(engineAccountId, { url: receiver.url, secret })
    const event = await engine.append()
    await engine.nextAttempt()
    await engine.nextAttempt()
    await engine.endpoints.remove(engineAccountId, endpoint.id)
    await eventually(async () => (await findDelivery(engine.database, event.id, endpoint.id))?.state === 'canceled')
    await engine.append()
    engine.clock.advance(10 * minute)
    expect(receiver.received).toHaveLength(2)
  })

  it('sends again what a worker held when it died, with the same id and the same bytes', async () => {
    const engine = await startEngine(driver, { leaseMs: 30_000 })
    const receiver = await testReceiver({ respond: () => hang() })
    await engine.endpoints.put(engineAccountId, { url: receiver.url, secret })
    const event = await engine.append()
    await receiver.next()
    receiver.respondWith(answer(200, 'ok'))
    await engine.replaceWorker('crash')
    // The dead worker's lease has to end before another one may take its lane.
    engine.clock.advance(31_000)
    const again = await receiver.next()
    expect(again.headers['webhook-id']).toBe(event.id)
    expect(Buffer.from(again.body).equals(Buffer.from(event.body))).toBe(true)
  })

  it('is not slowed for one endpoint by another that hangs', async () => {
    const engine = await startEngine(driver)
    const hanging = await testReceiver({ respond: () => hang() })
    const healthy = await testReceiver()
    const { endpoint } = await engine.endpoints.add(engineAccountId, { url: hanging.url, secret })
    await engine.endpoints.add(engineAccountId, { url: healthy.url, secret })
    for (let count = 0; count < 300; count++) await engine.append()
    for (let count = 0; count < 300; count++)
      expect((await engine.nextAttempt()).delivery.endpointId).not.toBe(endpoint.id)
    expect(healthy.received).toHaveLength(300)
    expect(hanging.openConnectionCount).toBeLessThanOrEqual(64)
  })

  it('stops in order: what is in flight is given back when the grace is over, and nothing else is started', async () => {
    const engine = await startEngine(driver)
    const receiver = await testReceiver({ respond: () => hang() })
    const { endpoint } = await engine.endpoints.put(engineAccountId, { url: receiver.url, secret })
    const event = await engine.append()
    await receiver.next()
    expect(engine.worker().isInFlight(event.id, endpoint.id)).toBe(true)
    const stopped = engine.worker().stop(10_000)
    engine.clock.advance(10_000)
    await stopped
    expect(await findDelivery(engine.database, event.id, endpoint.id)).toMatchObject({
      state: 'pending',
      attemptCount: 0,
      revision: 1,
    })
  })

  it('keeps to the rate of an endpoint', async () => {
    const engine = await startEngine(driver)
    const receiver = await testReceiver()
    await engine.endpoints.put(engineAccountId, { url: receiver.url, secret, rateLimit: 2 })
    for (let count = 0; count < 5; count++) await engine.append()
    await engine.nextAttempt()
    await engine.nextAttempt()
    await eventually(() => engine.clock.pendingCount() > 0)
    expect(receiver.received).toHaveLength(2)
    engine.clock.advance(500)
    await engine.nextAttempt()
    expect(receiver.received).toHaveLength(3)
    engine.clock.advance(500)
    await engine.nextAttempt()
    expect(receiver.received).toHaveLength(4)
  })

  it('repeats a 401 with the previous secret while two overlap, as part of the same attempt', async () => {
    const engine = await startEngine(driver)
    const signatures: unknown[] = []
    const receiver = await testReceiver({
      respond: (request) => {
        signatures.push(request.headers['x-cloudflare-signature'])
        return answer(signatures.length % 2 === 1 ? 401 : 200, '')
      },
    })
    const { endpoint } = await engine.endpoints.put(engineAccountId, { url: receiver.url, secret: 'the old one' })
    await engine.endpoints.rotate(engineAccountId, endpoint.id, { secret: 'the new one', overlapSeconds: 3600 })
    // An attempt may go by what was read of its endpoint up to a second ago.
    engine.clock.advance(1001)
    await engine.append()
    const { attempt, decision } = await engine.nextAttempt()
    expect(decision.kind).toBe('succeeded')
    expect(attempt.number).toBe(1)
    expect(new Set(signatures).size).toBe(2)
    expect(String(receiver.received[0]?.headers['webhook-signature']).split(' ')).toHaveLength(2)
    engine.clock.advance(3_601_000)
    await engine.append()
    expect((await engine.nextAttempt()).attempt.status).toBe(401)
    expect(String(receiver.received[2]?.headers['webhook-signature']).split(' ')).toHaveLength(1)
  })

  it('does not let a 410 from the old address suspend an endpoint that has a new one', async () => {
    const engine = await startEngine(driver)
    const released = Promise.withResolvers<void>()
    const old = await testReceiver({
      respond: async () => {
        await released.promise
        return answer(410, '')
      },
    })
    const now = await testReceiver()
    const { endpoint } = await engine.endpoints.put(engineAccountId, { url: old.url, secret })
    await engine.append()
    await old.next()
    await engine.endpoints.put(engineAccountId, { url: now.url, secret })
    released.resolve()
    expect((await engine.nextAttempt()).decision.kind).toBe('retry')
    expect((await engine.nextAttempt()).attempt.url).toBe(`${now.url}/`)
    expect(await engine.endpoints.get(engineAccountId, endpoint.id)).toMatchObject({ state: 'active' })
  })

  it('refuses to replay to an endpoint that was removed', async () => {
    const engine = await startEngine(driver)
    const receiver = await testReceiver()
    const { endpoint } = await engine.endpoints.put(engineAccountId, { url: receiver.url, secret })
    const event = await engine.append()
    await engine.nextAttempt()
    await engine.endpoints.remove(engineAccountId, endpoint.id)
    const id = deliveryId(event.id, endpoint.id)
    await expect(engine.deliveries.replay(engineAccountId, id)).rejects.toThrow(/removed/)
    expect(await findDelivery(engine.database, event.id, endpoint.id)).toMatchObject({ state: 'succeeded' })
  })

  it('gives no number twice when a delivery is replayed while it waits', async () => {
    const engine = await startEngine(driver)
    const receiver = await testReceiver({ respond: () => answer(500, '') })
    const { endpoint } = await engine.endpoints.put(engineAccountId, { url: receiver.url, secret })
    const event = await engine.append()
    const id = deliveryId(event.id, endpoint.id)
    await engine.nextAttempt()
    await engine.nextAttempt()
    await engine.deliveries.replay(engineAccountId, id)
    await engine.nextAttempt()
    // Failures in a row are followed by a pause.
    engine.clock.advance(1000)
    await engine.nextAttempt()
    await engine.deliveries.replay(engineAccountId, id)
    await engine.nextAttempt()
    // The retry at once may be recorded already.
    const { attempts } = await engine.deliveries.get(engineAccountId, id)
    expect(attempts.slice(0, 5).map(({ number }) => number)).toEqual([1, 2, 3, 4, 5])
  })

  it('knows the newest of secrets that came in one millisecond, and keeps few of them live', async () => {
    const engine = await startEngine(driver)
    const receiver = await testReceiver()
    const { endpoint } = await engine.endpoints.put(engineAccountId, { url: receiver.url, secret: 'secret 0' })
    for (let number = 1; number <= 20; number++)
      await engine.endpoints.rotate(engineAccountId, endpoint.id, {
        secret: `secret ${number}`,
        overlapSeconds: 86_400,
      })
    // An attempt may go by what was read of its endpoint up to a second ago.
    engine.clock.advance(1001)
    await engine.append()
    const { headers, body } = await receiver.next()
    expect(headers['x-cloudflare-signature']).toBe(signGuide(createSigningSecret('secret 20'), body))
    expect(String(headers['webhook-signature']).split(' ')).toHaveLength(4)
  })

  it('lets a suspended endpoint be paused, which a passing Test does not undo', async () => {
    const engine = await startEngine(driver)
    const receiver = await testReceiver({ respond: (_, index) => answer(index === 0 ? 410 : 200, '') })
    const { endpoint } = await engine.endpoints.put(engineAccountId, { url: receiver.url, secret })
    await engine.append()
    await engine.nextAttempt()
    await engine.endpoints.patch(engineAccountId, endpoint.id, { active: false })
    await engine.deliveries.test(engineAccountId, endpoint.id, 'image.uploaded')
    expect(await engine.endpoints.get(engineAccountId, endpoint.id)).toMatchObject({ state: 'paused' })
  })

  it('complains once a second at most when the database cannot be read, and goes on when it can', async () => {
    const engine = await startEngine(driver)
    const receiver = await testReceiver({ respond: () => answer(500, '') })
    await engine.endpoints.put(engineAccountId, { url: receiver.url, secret })
    await engine.append()
    await engine.nextAttempt()
    await engine.nextAttempt()
    const { read } = engine.database
    Object.assign(engine.database, { read: () => Promise.reject(new Error('the disk is gone')) })
    const before = engine.log.lines.length
    engine.clock.advance(minute)
    await eventually(() => engine.log.lines.length > before)
    for (let turns = 0; turns < 200; turns++) await new Promise((resolve) => setImmediate(resolve))
    expect(engine.log.lines.length - before).toBeLessThan(10)
    expect(engine.log.lines.at(-1)?.level).toBe('error')
    Object.assign(engine.database, { read })
    engine.clock.advance(1000)
    expect((await engine.nextAttempt()).attempt.number).toBe(3)
  })

  it('gives up on time what waits behind an endpoint that is too slow, in every lane', async () => {
    const engine = await startEngine(driver, { policy: { scheduleMs: [], giveUpAfterMs: 10 * minute } })
    const receiver = await testReceiver()
    const { endpoint } = await engine.endpoints.put(engineAccountId, { url: receiver.url, secret, rateLimit: 1 })
    const events = []
    for (let count = 0; count < 20; count++) events.push(await engine.append())
    await engine.nextAttempt()
    engine.clock.advance(11 * minute)
    const last = events.at(-1)?.id ?? ''
    await eventually(async () => {
      engine.clock.advance(1000)
      return (await findDelivery(engine.database, last, endpoint.id))?.state === 'dead'
    })
    expect(await findDelivery(engine.database, last, endpoint.id)).toMatchObject({ reason: 'never_attempted' })
  })
})
