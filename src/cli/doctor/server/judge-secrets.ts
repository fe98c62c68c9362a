import { failure, ok, warning, type Finding } from '../finding.ts'
import type { ServerFacts } from './server-facts.ts'

const dayMs = 86_400_000
const oldDays = 90

const nameIn = ({ endpoints }: ServerFacts, id: string): string => {
  const found = endpoints.find(({ endpoint }) => endpoint.id === id)?.endpoint
  return found === undefined ? id : found.name || found.url
}

const daysWords = (days: number): string => (days === 1 ? '1 day' : `${days} days`)

const judgeReadable = (facts: ServerFacts): readonly Finding[] =>
  [...Map.groupBy(facts.secrets, ({ webhook_id: id }) => id)]
    .filter(([, secrets]) => !secrets.some(({ readable }) => readable))
    .map(([id]) =>
      failure('secret-readable', {
        subject: nameIn(facts, id),
        what: 'its secret cannot be opened with the master key of this server',
        why: 'Nothing can be signed, so nothing is sent to it.',
        fix: `Give the server the master key it had, beside the new one in IMAGEHOOKS_MASTER_KEY, or set a new secret: imagehooks endpoints rotate ${id}`,
      }),
    )

/** Those that end by themselves when a rotation is over are left out. */
const judgeAge = (facts: ServerFacts): readonly Finding[] => {
  const now = Date.parse(facts.sender.now)
  const aged = facts.secrets
    .filter(({ expires }) => expires === null)
    .map(({ webhook_id: id, created }) => ({ id, days: Math.floor((now - Date.parse(created)) / dayMs) }))
  const old = aged.filter(({ days }) => days > oldDays)
  if (old.length === 0) {
    const oldest = Math.max(0, ...aged.map(({ days }) => days))
    return [ok('secret-age', `no secret is over ${oldDays} days old; the oldest is ${daysWords(oldest)} old`)]
  }
  return old.map(({ id, days }) =>
    warning('secret-age', {
      subject: nameIn(facts, id),
      what: `its secret is ${daysWords(days)} old`,
      why: 'The longer a secret is used, the more machines, logs and people have seen it.',
      fix: `imagehooks endpoints rotate ${id}: the old one signs beside the new one for a day, so nothing is lost meanwhile.`,
    }),
  )
}

const judgeShared = (facts: ServerFacts): readonly Finding[] => {
  const pairs = facts.secrets.flatMap(({ webhook_id: one, shared_with: others }) =>
    others.filter((other) => one < other).map((other) => [one, other] as const),
  )
  if (pairs.length === 0) return [ok('secret-shared', 'no two endpoints share a secret')]
  return [...new Map(pairs.map((pair) => [pair.join(), pair])).values()].map(([one, other]) =>
    warning('secret-shared', {
      subject: nameIn(facts, one),
      what: `it has the same secret as ${nameIn(facts, other)}`,
      why: 'Whoever runs one of the two receivers can sign for the other, and what leaks at one must be changed at both.',
      fix: `imagehooks endpoints rotate ${other}, and give its receiver the new secret.`,
    }),
  )
}

/** Whether secrets can be used, are fresh, and are of one endpoint each. */
export const judgeSecrets = (facts: ServerFacts): readonly Finding[] =>
  facts.secrets.length === 0 ? [] : [...judgeReadable(facts), ...judgeAge(facts), ...judgeShared(facts)]
