import { Card } from '../../parts/card.tsx'
import { Fact, Facts } from '../../parts/facts.tsx'
import { count } from '../../parts/numbers.ts'
import { Time } from '../../parts/time.tsx'
import { WriteButton } from '../../session/write-button.tsx'
import type { Endpoint } from './endpoints.ts'
import type { OpenedDialog } from './webhook-dialogs.tsx'
import styles from './webhook.module.css'

const limitsOf = ({ max_concurrency, rate_limit, timeout_seconds, ordered }: Endpoint): string =>
  [
    max_concurrency === null ? 'as many at once as it takes' : `${count(max_concurrency)} at once`,
    rate_limit === null ? undefined : `${count(rate_limit)} a second`,
    timeout_seconds === null ? undefined : `${count(timeout_seconds)} s to answer`,
    ordered ? 'strictly in order' : undefined,
  ]
    .filter((part) => part !== undefined)
    .join(', ')

export type WebhookDetailsProps = {
  readonly endpoint: Endpoint
  readonly open: (dialog: OpenedDialog) => void
}

/** How an endpoint is set, and what changes that. */
export const WebhookDetails = ({ endpoint, open }: WebhookDetailsProps) => (
  <Card
    title="Details"
    actions={
      <>
        <WriteButton onClick={() => open('edit')}>Edit…</WriteButton>
        <WriteButton onClick={() => open('rotate')}>Rotate secret…</WriteButton>
        <WriteButton look="danger" onClick={() => open('remove')}>
          Delete…
        </WriteButton>
      </>
    }
  >
    <Facts>
      <Fact name="Events">
        <span className={styles['values']}>
          {endpoint.events.map((event) => (
            <code key={event}>{event}</code>
          ))}
        </span>
      </Fact>
      <Fact name="Attempts">{limitsOf(endpoint)}</Fact>
      <Fact name="Headers of its own">
        <span className={styles['values']}>
          {Object.keys(endpoint.headers).map((header) => (
            <code key={header}>{header}</code>
          ))}
          {Object.keys(endpoint.headers).length === 0 && 'none'}
        </span>
      </Fact>
      <Fact name="Id">
        <code>{endpoint.id}</code>
      </Fact>
      <Fact name="Added">
        <Time at={endpoint.created} />
      </Fact>
      <Fact name="Changed">
        <Time at={endpoint.modified} />
      </Fact>
    </Facts>
  </Card>
)
