import { Link } from 'wouter'
import type { CallResult } from '../../api/use-api.ts'
import { count } from '../../parts/numbers.ts'
import { Time } from '../../parts/time.tsx'
import styles from './attention.module.css'

type AttentionFacts = CallResult<'getImagesV1WebhooksStats'>['attention']

/** A delivery that is due longer than this waits for more than its turn. */
const lateSeconds = 60

/** What a person should look at first; nothing at all where all is well. */
export const Attention = ({ attention }: { readonly attention: AttentionFacts }) => {
  const { suspended, deliveries_dead: dead, oldest_due_at: oldestDueAt, oldest_due_seconds: dueSeconds } = attention
  const late = oldestDueAt !== null && dueSeconds !== null && dueSeconds > lateSeconds ? oldestDueAt : undefined
  if (suspended.length === 0 && dead === 0 && late === undefined) return null
  return (
    <section className={styles['attention']} aria-label="Needs attention">
      <h2>Needs attention</h2>
      <ul>
        {suspended.map(({ id, name, since, reason }) => (
          <li key={id}>
            <Link href={`/settings/webhooks/${id}`}>{name || id}</Link> is suspended since <Time at={since} />
            {reason !== null && `: ${reason}`}
          </li>
        ))}
        {dead > 0 && (
          <li>
            {count(dead)} {dead === 1 ? 'delivery was' : 'deliveries were'} given up in this time. Open the webhook and
            replay them once its receiver works again.
          </li>
        )}
        {late !== undefined && (
          <li>
            The oldest delivery that is due has waited since <Time at={late} />.
          </li>
        )}
      </ul>
    </section>
  )
}
