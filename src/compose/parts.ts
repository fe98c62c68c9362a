import { networkInterfaces } from 'node:os'
import { systemClock, type Clock } from '../domain/clock.ts'
import { systemRandom, type Random } from '../domain/random.ts'
import { systemResolver, type Resolver } from '../net/resolver.ts'
import { createLog, type Log } from '../telemetry/log.ts'
import type { AttemptRecord } from '../webhooks/attempt-starter.ts'

/** What the world gives the server; every part may be replaced by a test. */
export type Parts = {
  readonly clock: Clock
  readonly random: Random
  readonly resolver: Resolver
  readonly log: Log
  /** PEM certificates trusted beside the system's, for endpoints. */
  readonly tlsAuthorities: readonly string[]
  /** The addresses of this machine. */
  readonly localAddresses: () => readonly string[]
  /** Told of every settled attempt. */
  readonly observe: (record: AttemptRecord) => void
  /** Called when the database cannot commit: the process has to end. */
  readonly onFatal: (error: Error) => void
}

/** The world itself, for every part that was not given. */
export const completed = (given: Partial<Parts>): Parts => {
  const clock = given.clock ?? systemClock
  const log = given.log ?? createLog({ clock })
  return {
    clock,
    log,
    random: given.random ?? systemRandom,
    resolver: given.resolver ?? systemResolver,
    tlsAuthorities: given.tlsAuthorities ?? [],
    localAddresses:
      given.localAddresses ??
      (() => Object.values(networkInterfaces()).flatMap((found) => (found ?? []).map(({ address }) => address))),
    observe: given.observe ?? (() => {}),
    onFatal:
      given.onFatal ??
      ((error) => {
        log.error({ err: error }, 'The server ends because its database failed')
        process.exit(1)
      }),
  }
}
