import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import { useApi, type CallResult } from '../../api/use-api.ts'
import { useFeed } from '../../api/use-feed.ts'
import { Badge, type Tone } from '../../parts/badge.tsx'
import { Button } from '../../parts/button.tsx'
import { Card } from '../../parts/card.tsx'
import { Choice } from '../../parts/choice.tsx'
import { Empty } from '../../parts/empty.tsx'
import { Failure } from '../../parts/failure.tsx'
import { Table } from '../../parts/table.tsx'
import { Due, Time } from '../../parts/time.tsx'
import { Waiting } from '../../parts/waiting.tsx'
import styles from './deliveries.module.css'

export type Delivery = CallResult<'getImagesV1WebhooksDeliveries'>['deliveries'][number]

const tones: Readonly<Record<Delivery['state'], Tone>> = {
  pending: 'info',
  succeeded: 'good',
  dead: 'bad',
  canceled: 'plain',
}

export const DeliveryState = ({ state }: Pick<Delivery, 'state'>) => <Badge tone={tones[state]}>{state}</Badge>

const states = [
  ['', 'All'],
  ['pending', 'Pending'],
  ['succeeded', 'Succeeded'],
  ['dead', 'Dead'],
  ['canceled', 'Canceled'],
] as const

const Row = ({ delivery }: { readonly delivery: Delivery }) => (
  <tr>
    <td>
      <DeliveryState state={delivery.state} />
    </td>
    <td>
      <Link href={`/deliveries/${delivery.id}`}>{delivery.event}</Link>
    </td>
    <td className={styles['image']}>{delivery.image_id}</td>
    <td>{delivery.attempt_count}</td>
    <td className={styles['time']}>
      <Time at={delivery.created} />
    </td>
    <td className={styles['time']}>{delivery.next_attempt_at !== null && <Due at={delivery.next_attempt_at} />}</td>
  </tr>
)

export type DeliveriesProps = {
  /** Those of one endpoint, or of one image; neither: the whole account's. */
  readonly endpointId?: string
  readonly imageId?: string
}

/** Deliveries, newest first; new ones appear by themselves. */
export const Deliveries = ({ endpointId, imageId }: DeliveriesProps) => {
  const api = useApi()
  const queries = useQueryClient()
  const [state, setState] = useState<(typeof states)[number][0]>('')
  const queryKey = ['deliveries', { endpointId, imageId, state }]
  const pages = useInfiniteQuery({
    queryKey,
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => {
      const query = {
        per_page: '50',
        continuation_token: pageParam,
        ...(state !== '' && { state }),
        ...(imageId !== undefined && { image_id: imageId }),
      }
      return endpointId === undefined
        ? api('getImagesV1WebhooksDeliveries', { query, signal })
        : api('getImagesV1WebhooksIdDeliveries', { path: { id: endpointId }, query, signal })
    },
    getNextPageParam: (page) => page.continuation_token ?? undefined,
    // Attempts end without an event of the feed; a look now and then shows how pending ones went.
    refetchInterval: 5000,
  })
  useFeed(() => void queries.invalidateQueries({ queryKey }))
  const deliveries = pages.data?.pages.flatMap((page) => page.deliveries)
  return (
    <Card
      title="Deliveries"
      flush
      actions={<Choice label="State" options={states} chosen={state} onChange={setState} />}
    >
      {pages.isPending && <Waiting lines={6} />}
      {pages.isError && <Failure error={pages.error} retry={() => void pages.refetch()} />}
      {deliveries?.length === 0 && (
        <Empty title={state === '' ? 'Nothing was sent yet.' : `No delivery is ${state}.`}>
          <p>Upload an image, or send a Test: its delivery appears here by itself.</p>
        </Empty>
      )}
      {deliveries !== undefined && deliveries.length > 0 && (
        <Table label="Deliveries, newest first" head={['State', 'Event', 'Image', 'Attempts', 'Created', 'Next']}>
          {deliveries.map((delivery) => (
            <Row key={delivery.id} delivery={delivery} />
          ))}
        </Table>
      )}
      {pages.hasNextPage && (
        <div className={styles['more']}>
          <Button busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            Show older ones
          </Button>
        </div>
      )}
    </Card>
  )
}
