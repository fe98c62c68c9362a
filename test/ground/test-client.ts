import { onTestFinished } from 'vitest'
import type { GuardedClient, GuardedClientParts, SendRequest, SendResult } from '../../src/net/guarded-client.ts'
import { createGuardedClient } from '../../src/net/guarded-client.ts'
import { createAddressPolicy, loopbackRanges } from '../../src/net/ip-ranges.ts'
import type { FakeClock } from './fake-clock.ts'
import { fakeClock } from './fake-clock.ts'
import type { TestResolver } from './resolver.ts'
import { testResolver } from './resolver.ts'

/** A guarded client on a clock that stands still and with names of the tests' own. */
export type TestClient = GuardedClient & {
  readonly clock: FakeClock
  readonly names: TestResolver
  /** Posts `{}`, or whatever the request says, to a URL. */
  post(url: string | URL, request?: Partial<SendRequest>): Promise<SendResult>
}

/** Allows loopback unless a policy is given; is destroyed when the present test ends, whatever its outcome. */
export const testClient = (parts: Partial<Omit<GuardedClientParts, 'clock' | 'resolver'>> = {}): TestClient => {
  const clock = fakeClock()
  const names = testResolver()
  const client = createGuardedClient({
    clock,
    resolver: names.resolve,
    policy: createAddressPolicy({ allow: loopbackRanges }),
    ...parts,
  })
  onTestFinished(() => client.destroy())
  return {
    ...client,
    clock,
    names,
    post: (url, request = {}) =>
      client.send({ url: new URL(url), method: 'POST', headers: {}, body: Buffer.from('{}'), ...request }),
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Waits, turn by turn of the event loop and not by time, until the condition holds; the test's own limit ends it. */
export const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await turn()
}

const someTurns = async (): Promise<boolean> => {
  for (let turns = 0; turns < 20; turns++) await turn()
  return true
}

const no = (): boolean => false

/** Whether the promise is still open after the event loop has had some turns to settle it. */
export const isPending = (promise: Promise<unknown>): Promise<boolean> =>
  Promise.race([promise.then(no, no), someTurns()])
