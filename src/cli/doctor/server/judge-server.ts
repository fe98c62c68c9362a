import { spanWords } from '../../../webhooks/time-words.ts'
import { judgeClock, toleranceMs } from '../clock.ts'
import { failure, ok, reportOf, warning, type Finding, type Report, type Unmade } from '../finding.ts'
import { isLoopbackUrl } from '../loopback.ts'
import { judgeEndpoints } from './judge-endpoints.ts'
import { judgeSecrets } from './judge-secrets.ts'
import type { Health, ServerFacts } from './server-facts.ts'

const judgeHttps = ({ server }: ServerFacts): Finding => {
  if (server.protocol === 'https:') return ok('https', 'the API is asked over https')
  if (isLoopbackUrl(server)) return ok('https', 'plain http, which is fine on this machine')
  return failure('https', {
    what: `the API is asked over plain http, at ${server.host}`,
    why: 'The token goes in clear with every request: whoever is on the way can read it and use it.',
    fix: 'Put a proxy with a certificate before the server, ask it at its https URL, and make a new token: imagehooks tokens create',
  })
}

type HealthCheck = { readonly check: string; readonly health: Health; readonly good: string; readonly why: string }

const judgeHealth = ({ check, health, good, why }: HealthCheck): Finding | Unmade => {
  if (!health) return { check, because: `/health/${check} cannot be read here` }
  const bad = Object.entries(health).filter(([, said]) => said !== 'ok')
  if (bad.length === 0) return ok(check, good)
  return failure(check, {
    what: bad.map(([name, said]) => (name === check ? said : `${name}: ${said}`)).join('; '),
    why,
    fix: 'docs/operations.md says what to look at; the log of the server has the reason.',
  })
}

/** What waits longer than this does not just wait for its turn. */
const lateSeconds = 60

const judgeDue = ({ attention: { oldest_due_seconds: seconds } }: ServerFacts): Finding => {
  if (seconds === null || seconds <= lateSeconds) return ok('due', 'nothing has been due for over a minute')
  return failure('due', {
    what: `a delivery has been due for ${spanWords(seconds * 1000)}`,
    why: 'Receivers are told late: no worker runs, all that may be sent at once hangs, or rate_limit is below what happens.',
    fix: 'Look at /health/worker, and at imagehooks_in_flight in /metrics; then at rate_limit and max_concurrency of the endpoints.',
  })
}

const judgeDead = ({ attention: { deliveries_dead: count } }: ServerFacts): Finding => {
  if (count === 0) return ok('dead', 'nothing was given up in the last 24 hours')
  return warning('dead', {
    what: `${count === 1 ? '1 delivery was' : `${count} deliveries were`} given up in the last 24 hours`,
    why: 'A receiver does not know of those events, and nothing more is tried by itself.',
    fix: 'imagehooks deliveries list --state dead shows which. Mend the cause; then imagehooks endpoints replay webhook_… --since 24h sends them again.',
  })
}

const judgeSender = ({ sender: { proxied, sends, addresses } }: ServerFacts): Finding => {
  if (proxied) return ok('sender', 'everything leaves through a forward proxy: its address is the one to allow')
  if (!sends)
    return ok(
      'sender',
      'the process that was asked sends nothing; workers elsewhere do, from addresses it does not know',
    )
  if (addresses.length === 0)
    return ok('sender', 'its machine has no public address, and what the network makes of it on the way it cannot know')
  return ok(
    'sender',
    `it sends from ${addresses.slice(0, 6).join(', ')}, unless the network translates that on the way`,
  )
}

const judgeServerClock = ({ skew }: ServerFacts): Finding => {
  const isFar = Math.abs(skew.ms) - skew.withinMs > toleranceMs
  const consequence = isFar ? 'and receivers whose clocks are as this machine’s refuse what it signs' : undefined
  return judgeClock(skew, { whose: 'its clock', consequence })
}

/** What the facts about a server mean. */
export const judgeServer = (facts: ServerFacts): Report =>
  reportOf(`Server ${facts.server.origin}`, [
    judgeHttps(facts),
    judgeHealth({
      check: 'ready',
      health: facts.ready,
      good: 'the database, the blobs and the schema answer',
      why: 'Uploads and calls of the API fail.',
    }),
    judgeHealth({
      check: 'worker',
      health: facts.worker,
      good: 'deliveries leave',
      why: 'Receivers are told late, or not at all.',
    }),
    judgeServerClock(facts),
    ...judgeEndpoints(facts),
    judgeDead(facts),
    judgeDue(facts),
    ...judgeSecrets(facts),
    judgeSender(facts),
  ])
