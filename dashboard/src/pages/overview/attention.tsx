import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { CallResult } from '../../api/use-api.ts'
import { Icon } from '../../parts/icon.tsx'
import { count } from '../../parts/numbers.ts'
import { Time } from '../../parts/time.tsx'
import { windowWords, type StatisticsWindow } from '../statistics/windows.ts'
import styles from './attention.module.css'

type AttentionFacts = CallResult<'getImagesV1WebhooksStats'>['attention']

/** A delivery that is due longer than this waits for more than its turn. */
const lateSeconds = 60

const Entry = ({
  href,
  way,
  children,
}: {
  readonly href: string
  readonly way: string
  readonly children: ReactNode
}) => (
  <li>
    <p>{children}</p>
    <Link href={href}>{way}</Link>
  </li>
)

export type AttentionProps = { readonly attention: AttentionFacts; readonly window: StatisticsWindow }

/** What a person should look at first, and where to; nothing at all where all is well. */
export const Attention = ({ attention, window }: AttentionProps) => {
  const { suspended, deliveries_dead: dead, oldest_due_at: oldestDueAt, oldest_due_seconds: dueSeconds } = attention
  const late = oldestDueAt !== null && dueSeconds !== null && dueSeconds > lateSeconds ? oldestDueAt : undefined
  if (suspended.length === 0 && dead === 0 && late === undefined) return null
  return (
    <section className={styles['attention']} aria-label="Needs attention">
      <h2>
        <Icon name="warning" />
        Needs attention
      </h2>
      <ul>
        {suspended.map(({ id, name, since, reason }) => (
          <Entry key={id} href={`/settings/webhooks/${id}`} way="Open the webhook">
            <b>{name || id}</b> is suspended since <Time at={since} />
            {reason !== null && `: ${reason}`}
          </Entry>
        ))}
        {dead > 0 && (
          <Entry href="/deliveries?state=dead" way="Look at them">
            <b>
              {count(dead)} {dead === 1 ? 'delivery was' : 'deliveries were'} given up
            </b>{' '}
            {windowWords[window]}. Replay {dead === 1 ? 'it' : 'them'} once the receiver works again.
          </Entry>
        )}
        {late !== undefined && (
          <Entry href="/deliveries?state=pending" way="Look at what is pending">
            <b>The oldest delivery that is due</b> has waited since <Time at={late} />.
          </Entry>
        )}
      </ul>
    </section>
  )
}
