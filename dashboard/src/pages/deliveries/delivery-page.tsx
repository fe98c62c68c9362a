import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from 'wouter'
import { useApi, type CallResult } from '../../api/use-api.ts'
import { Card } from '../../parts/card.tsx'
import { Code } from '../../parts/code.tsx'
import { Copy } from '../../parts/copy.tsx'
import { Fact, Facts } from '../../parts/facts.tsx'
import { Failure } from '../../parts/failure.tsx'
import { Page } from '../../parts/page.tsx'
import { Due, Time } from '../../parts/time.tsx'
import { Waiting } from '../../parts/waiting.tsx'
import { WriteButton } from '../../session/write-button.tsx'
import { pageOf } from '../images/image.ts'
import { nameOf, useEndpoints, type Endpoint } from '../webhooks/endpoints.ts'
import { AttemptEntry } from './attempt.tsx'
import { CopySigned } from './copy-signed.tsx'
import { asCurl, asTest } from './copies.ts'
import { DeliveryState } from './delivery-state.tsx'
import { Explanation } from './explanation.tsx'
import styles from './delivery-page.module.css'

export type DeliveryDetail = CallResult<'getImagesV1WebhooksDeliveriesId'>

const trail = [['/deliveries', 'Deliveries']] as const

type WhatProps = {
  readonly delivery: DeliveryDetail
  /** Undefined where it was removed. */
  readonly endpoint: Endpoint | undefined
}

const What = ({ delivery, endpoint }: WhatProps) => (
  <Card title="What happened">
    <div className={styles['explanation']}>
      <Explanation text={delivery.explanation} />
    </div>
    <Facts>
      <Fact name="Webhook">
        <Link href={`/settings/webhooks/${delivery.webhook_id}`}>
          {endpoint ? nameOf(endpoint) : delivery.webhook_id}
        </Link>
      </Fact>
      <Fact name="Image">
        <Link href={pageOf(delivery.image_id)}>{delivery.image_id}</Link>
      </Fact>
      <Fact name="Created">
        <Time at={delivery.created} />
      </Fact>
      {delivery.next_attempt_at !== null && (
        <Fact name="Next attempt">
          <Due at={delivery.next_attempt_at} />
        </Fact>
      )}
      <Fact name={delivery.finished === null ? 'Is given up' : 'Finished'}>
        <Time at={delivery.finished ?? delivery.give_up_at} />
      </Fact>
    </Facts>
  </Card>
)

const Attempts = ({ delivery }: { readonly delivery: DeliveryDetail }) => {
  const longest = Math.max(1, ...delivery.attempts.map((attempt) => attempt.timings.total_ms ?? 0))
  const last = delivery.attempts.at(-1)
  return (
    <Card title={`Attempts (${delivery.attempts.length})`} flush>
      {delivery.attempts.length === 0 && <p className={styles['none']}>None was made yet.</p>}
      <ol className={styles['timeline']}>
        {delivery.attempts.map((attempt) => (
          <AttemptEntry
            key={attempt.id}
            attempt={attempt}
            isLast={attempt === last}
            longestMs={longest}
            body={delivery.body}
          />
        ))}
      </ol>
      {delivery.next_attempt_at !== null && (
        <p className={styles['next']}>
          Attempt {delivery.attempts.length + 1} is due <Due at={delivery.next_attempt_at} />.
        </p>
      )}
    </Card>
  )
}

const Body = ({ delivery }: { readonly delivery: DeliveryDetail }) => (
  <Card
    title="Body"
    lead="Sent byte for byte on every attempt; here with its lines apart."
    actions={
      <>
        <CopySigned label="Copy as signed curl" deliveryId={delivery.id} write={asCurl} />
        <CopySigned label="Copy as test" deliveryId={delivery.id} write={asTest} />
      </>
    }
  >
    <Code label="Body of the webhook" text={delivery.body} json />
  </Card>
)

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
  const endpoints = useEndpoints()
  const replay = useMutation({
    mutationFn: () => api('postImagesV1WebhooksDeliveriesIdReplay', { path: { id } }),
    onSettled: () => queries.invalidateQueries({ queryKey }),
  })
  if (delivery.isPending || endpoints.isPending) return <Waiting page />
  if (!delivery.data)
    return (
      <Page title="Delivery" trail={trail}>
        <Failure error={delivery.error} retry={() => void delivery.refetch()} />
      </Page>
    )
  const { data } = delivery
  return (
    <Page
      title={data.event}
      trail={trail}
      lead={
        <p className={styles['lead']}>
          <DeliveryState state={data.state} /> <code>{data.id}</code> <Copy text={data.id} name="id" icon />
        </p>
      }
      actions={
        <WriteButton look="primary" busy={replay.isPending} onClick={() => replay.mutate()}>
          Replay
        </WriteButton>
      }
    >
      {replay.isError && <Failure error={replay.error} />}
      <What delivery={data} endpoint={endpoints.data?.webhooks.find((one) => one.id === data.webhook_id)} />
      <Attempts delivery={data} />
      <Body delivery={data} />
    </Page>
  )
}
