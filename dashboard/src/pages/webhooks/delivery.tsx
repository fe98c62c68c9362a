import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from 'wouter'
import { useApi, type CallResult } from '../../api/use-api.ts'
import { Button } from '../../parts/button.tsx'
import { Card } from '../../parts/card.tsx'
import { Code } from '../../parts/code.tsx'
import { Failure } from '../../parts/failure.tsx'
import { Page } from '../../parts/page.tsx'
import { Time } from '../../parts/time.tsx'
import { Waiting } from '../../parts/waiting.tsx'
import { AttemptEntry } from './attempt.tsx'
import { CopySigned } from './copy-signed.tsx'
import { asCurl, asTest } from './copies.ts'
import { DeliveryState } from './deliveries.tsx'
import styles from './delivery.module.css'

export type DeliveryDetail = CallResult<'getImagesV1WebhooksDeliveriesId'>

/** JSON with its lines apart; other text as it is. */
const pretty = (text: string): string => {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    // Shown as it is: a body need not be JSON to be looked at.
    return text
  }
}

const Explanation = ({ delivery }: { readonly delivery: DeliveryDetail }) => (
  <Card title="What happened">
    <p className={styles['explanation']}>{delivery.explanation}</p>
    <dl className={styles['facts']}>
      <div>
        <dt>Created</dt>
        <dd>
          <Time at={delivery.created} />
        </dd>
      </div>
      {delivery.next_attempt_at !== null && (
        <div>
          <dt>Next attempt</dt>
          <dd>
            <Time at={delivery.next_attempt_at} />
          </dd>
        </div>
      )}
      <div>
        <dt>{delivery.finished === null ? 'Given up' : 'Finished'}</dt>
        <dd>
          <Time at={delivery.finished ?? delivery.give_up_at} />
        </dd>
      </div>
      <div>
        <dt>Image</dt>
        <dd>
          <Link href={`/images/${encodeURIComponent(delivery.image_id)}`}>{delivery.image_id}</Link>
        </dd>
      </div>
      <div>
        <dt>Webhook</dt>
        <dd>
          <Link href={`/settings/webhooks/${delivery.webhook_id}`}>{delivery.webhook_id}</Link>
        </dd>
      </div>
    </dl>
  </Card>
)

const Attempts = ({ delivery }: { readonly delivery: DeliveryDetail }) => {
  const longest = Math.max(1, ...delivery.attempts.map((attempt) => attempt.timings.total_ms ?? 0))
  return (
    <Card title={`Attempts (${delivery.attempts.length})`} flush>
      {delivery.attempts.length === 0 && <p className={styles['none']}>None was made yet.</p>}
      <ol className={styles['timeline']}>
        {delivery.attempts.map((attempt) => (
          <AttemptEntry key={attempt.id} attempt={attempt} longestMs={longest} body={delivery.body} />
        ))}
      </ol>
    </Card>
  )
}

/** One event on its way to one endpoint: each attempt with what was sent, what came back and how long each part took. */
export const DeliveryPage = () => {
  const { id = '' } = useParams()
  const api = useApi()
  const queries = useQueryClient()
  const queryKey = ['delivery', id]
  const delivery = useQuery({
    queryKey,
    queryFn: ({ signal }) => api('getImagesV1WebhooksDeliveriesId', { path: { id }, signal }),
    refetchInterval: (query) => (query.state.data?.state === 'pending' ? 2000 : 15_000),
  })
  const replay = useMutation({
    mutationFn: () => api('postImagesV1WebhooksDeliveriesIdReplay', { path: { id } }),
    onSettled: () => queries.invalidateQueries({ queryKey }),
  })
  if (delivery.isPending) return <Waiting lines={8} />
  if (delivery.isError)
    return (
      <Page title="Delivery">
        <Failure error={delivery.error} retry={() => void delivery.refetch()} />
      </Page>
    )
  const { data } = delivery
  return (
    <Page
      title={data.event}
      lead={
        <span className={styles['lead']}>
          <DeliveryState state={data.state} /> <code>{data.id}</code>
        </span>
      }
      actions={
        <Button look="primary" busy={replay.isPending} onClick={() => replay.mutate()}>
          Replay
        </Button>
      }
    >
      {replay.isError && <Failure error={replay.error} />}
      <Explanation delivery={data} />
      <Attempts delivery={data} />
      <Card
        title="Body"
        actions={
          <>
            <CopySigned label="Copy as signed curl" deliveryId={data.id} write={asCurl} />
            <CopySigned label="Copy as test" deliveryId={data.id} write={asTest} />
          </>
        }
      >
        <Code label="Body of the webhook" text={pretty(data.body)} />
      </Card>
    </Page>
  )
}
