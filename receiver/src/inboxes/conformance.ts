import type { Claim, Inbox } from './inbox.ts'

/** Opens an empty inbox that takes its time, in milliseconds, from `now`. */
export type OpenInbox = (now: () => number) => Inbox | Promise<Inbox>

/** One thing that every inbox does. */
export type InboxCase = {
  /** A sentence, for the test's name. */
  name: string
  /** Rejects with an Error that says what was found instead. Needs no test runner, so that it runs in any runtime. */
  run(open: OpenInbox): Promise<void>
}

const terms = { leaseMs: 60_000, keepMs: 3_600_000 }
const start = 1_768_473_045_000

const expectSame = (found: unknown, wanted: unknown, what: string): void => {
  if (found !== wanted) throw new Error(`${what}: ${String(wanted)} was wanted, ${String(found)} was found.`)
}

const expectNew = (claim: Claim): string => {
  if (claim.state !== 'new') throw new Error(`A new claim was wanted, ${claim.state} was found.`)
  return claim.token
}

const expectState = (claim: Claim, state: Claim['state']): void => expectSame(claim.state, state, 'The claim')

const expectBusy = (claim: Claim, retryAfterMs: number): void =>
  expectSame(claim.state === 'busy' ? claim.retryAfterMs : claim.state, retryAfterMs, 'The wait')

type Ground = { inbox: Inbox; clock: { now: number } }

const inboxCase = (name: string, run: (ground: Ground) => Promise<void>): InboxCase => ({
  name,
  async run(open) {
    const clock = { now: start }
    await run({ inbox: await open(() => clock.now), clock })
  },
})

/** What every inbox does. A new kind of inbox is done when all of them hold for it. */
export const inboxConformance: readonly InboxCase[] = [
  inboxCase('the first claim is new, and the next is busy for what is left of the lease', async ({ inbox, clock }) => {
    expectNew(await inbox.claim('a', terms))
    clock.now += 20_000
    expectBusy(await inbox.claim('a', terms), 40_000)
  }),
  inboxCase('a completed event is done, also after its lease', async ({ inbox, clock }) => {
    const token = expectNew(await inbox.claim('a', terms))
    expectSame(await inbox.complete('a', token), true, 'complete')
    expectState(await inbox.claim('a', terms), 'done')
    clock.now += 60_000
    expectState(await inbox.claim('a', terms), 'done')
  }),
  inboxCase('a released event is new, and its old token opens nothing', async ({ inbox }) => {
    const first = expectNew(await inbox.claim('a', terms))
    await inbox.release('a', first)
    const second = expectNew(await inbox.claim('a', terms))
    expectSame(first === second, false, 'The tokens are the same')
    expectSame(await inbox.complete('a', first), false, 'complete with the old token')
    expectSame(await inbox.complete('a', second), true, 'complete with the new token')
  }),
  inboxCase('of 100 claims at once exactly one is new', async ({ inbox }) => {
    const claims = await Promise.all(Array.from({ length: 100 }, () => inbox.claim('a', terms)))
    expectSame(claims.filter(({ state }) => state === 'new').length, 1, 'New claims')
    expectSame(claims.filter(({ state }) => state === 'busy').length, 99, 'Busy claims')
  }),
  inboxCase('a lease that ended goes to one other, and the first has lost it', async ({ inbox, clock }) => {
    const first = expectNew(await inbox.claim('a', terms))
    clock.now += 59_999
    expectBusy(await inbox.claim('a', terms), 1)
    clock.now += 1
    const second = expectNew(await inbox.claim('a', terms))
    expectState(await inbox.claim('a', terms), 'busy')
    expectSame(await inbox.complete('a', first), false, 'complete after the lease was lost')
    await inbox.release('a', first)
    expectState(await inbox.claim('a', terms), 'busy')
    expectSame(await inbox.complete('a', second), true, 'complete by the second')
  }),
  inboxCase('a lease that ended is still good while nobody else came', async ({ inbox, clock }) => {
    const token = expectNew(await inbox.claim('a', terms))
    clock.now += 120_000
    expectSame(await inbox.complete('a', token), true, 'complete')
    expectState(await inbox.claim('a', terms), 'done')
  }),
  inboxCase(
    'a process that dies between effect and completion leaves a lease, and one of 100 takes it',
    async (ground) => {
      const { inbox, clock } = ground
      expectNew(await inbox.claim('a', terms))
      clock.now += 60_000
      const claims = await Promise.all(Array.from({ length: 100 }, () => inbox.claim('a', terms)))
      expectSame(claims.filter(({ state }) => state === 'new').length, 1, 'New claims after the crash')
    },
  ),
  inboxCase('completing twice answers the same, and releasing does not undo it', async ({ inbox }) => {
    const token = expectNew(await inbox.claim('a', terms))
    expectSame(await inbox.complete('a', token), true, 'complete')
    expectSame(await inbox.complete('a', token), true, 'complete again')
    await inbox.release('a', token)
    expectState(await inbox.claim('a', terms), 'done')
  }),
  inboxCase('what was never claimed can be neither completed nor released', async ({ inbox }) => {
    expectSame(await inbox.complete('a', 'token'), false, 'complete')
    await inbox.release('a', 'token')
    expectNew(await inbox.claim('a', terms))
  }),
  inboxCase('keys are compared exactly, whatever stands in them', async ({ inbox }) => {
    const keys = [
      'a',
      'A',
      ' a',
      'a ',
      'a|b',
      'ä',
      'a\u0308',
      "'; drop table a; --",
      '%',
      '_',
      '\\u0000',
      '💚',
      'x'.repeat(9000),
      // What no index can make shorter: PostgreSQL's takes 2 704 bytes.
      Array.from({ length: 3000 }, (_, at) => String.fromCodePoint(0x4e00 + ((at * 7919) % 20_000))).join(''),
    ]
    for (const key of keys) await inbox.complete(key, expectNew(await inbox.claim(key, terms)))
    for (const key of keys) expectState(await inbox.claim(key, terms), 'done')
  }),
  inboxCase('an event is remembered for as long as was asked, and is then new', async ({ inbox, clock }) => {
    const token = expectNew(await inbox.claim('a', terms))
    await inbox.complete('a', token)
    clock.now += 3_599_999
    expectState(await inbox.claim('a', terms), 'done')
    clock.now += 1
    expectNew(await inbox.claim('a', terms))
    expectSame(await inbox.complete('a', token), false, 'complete with a forgotten token')
  }),
  inboxCase('sweeping forgets what is over, no more than asked, and nothing else', async ({ inbox, clock }) => {
    for (const key of ['a', 'b', 'c']) await inbox.complete(key, expectNew(await inbox.claim(key, terms)))
    clock.now += 1_800_000
    await inbox.complete('d', expectNew(await inbox.claim('d', terms)))
    expectSame(await inbox.sweep(10), 0, 'Swept too early')
    clock.now += 1_800_000
    expectSame(await inbox.sweep(2), 2, 'Swept at first')
    expectSame(await inbox.sweep(10), 1, 'Swept of the rest')
    expectState(await inbox.claim('d', terms), 'done')
  }),
  inboxCase(
    'a clock set back keeps what is done, and lets nobody wait longer than a lease',
    async ({ inbox, clock }) => {
      await inbox.complete('a', expectNew(await inbox.claim('a', terms)))
      expectNew(await inbox.claim('b', terms))
      clock.now -= 1_800_000
      expectState(await inbox.claim('a', terms), 'done')
      expectBusy(await inbox.claim('b', terms), 60_000)
    },
  ),
]
