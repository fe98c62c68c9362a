import { Link } from 'wouter'
import { Cell, Table, type Column } from '../../parts/table.tsx'
import { Waiting } from '../../parts/waiting.tsx'
import { Due, Time } from '../../parts/time.tsx'
import { nameOf, useEndpoints, type Endpoint } from '../webhooks/endpoints.ts'
import { DeliveryState, type Delivery } from './delivery-state.tsx'
import styles from './deliveries.module.css'

const second = (title: string): Column => ({ title, is: 'second' })

/** When it is tried next; an endpoint that is not sent to holds what is due. */
const Next = ({ delivery, endpoint }: { readonly delivery: Delivery; readonly endpoint: Endpoint | undefined }) => {
  if (delivery.next_attempt_at === null) return null
  if (endpoint && endpoint.state !== 'active') return <>held: {endpoint.state}</>
  return <Due at={delivery.next_attempt_at} />
}

type RowProps = {
  readonly delivery: Delivery
  /** Undefined where it was removed, or is not known yet. */
  readonly endpoint: Endpoint | undefined
  readonly withEndpoint: boolean
  readonly withImage: boolean
}

const Row = ({ delivery, endpoint, withEndpoint, withImage }: RowProps) => (
  <tr>
    <Cell className={styles['state']}>
      <DeliveryState state={delivery.state} />
    </Cell>
    <Cell>
      <Link href={`/deliveries/${delivery.id}`} data-row className={styles['event'] ?? ''}>
        {delivery.event}
      </Link>
    </Cell>
    {withImage && (
      <Cell is="second" className={styles['image']}>
        {delivery.image_id}
      </Cell>
    )}
    {withEndpoint && (
      <Cell is="second" className={styles['endpoint']}>
        {endpoint ? nameOf(endpoint) : delivery.webhook_id}
      </Cell>
    )}
    <Cell is="second">{delivery.attempt_count}</Cell>
    <Cell className={styles['time']}>
      <Time at={delivery.created} />
    </Cell>
    <Cell is="second" className={styles['time']}>
      <Next delivery={delivery} endpoint={endpoint} />
    </Cell>
  </tr>
)

export type DeliveryTableProps = {
  readonly deliveries: readonly Delivery[]
  /** Names the endpoint of each; false where all are of one. */
  readonly withEndpoint: boolean
  /** Names the image of each; false where all are of one. */
  readonly withImage: boolean
}

/** Deliveries as rows, each leading to its page. */
export const DeliveryTable = ({ deliveries, withEndpoint, withImage }: DeliveryTableProps) => {
  const endpoints = useEndpoints()
  // Names decide how wide the columns are, so they are there first.
  if (endpoints.isPending) return <Waiting rows={deliveries.length} />
  const byId = new Map(endpoints.data?.webhooks.map((endpoint) => [endpoint.id, endpoint]))
  const columns: readonly Column[] = [
    'State',
    'Event',
    ...(withImage ? [second('Image')] : []),
    ...(withEndpoint ? [second('Webhook')] : []),
    second('Attempts'),
    'Created',
    second('Next attempt'),
  ]
  return (
    <Table label="Deliveries, newest first" columns={columns}>
      {deliveries.map((delivery) => (
        <Row
          key={delivery.id}
          delivery={delivery}
          endpoint={byId.get(delivery.webhook_id)}
          withEndpoint={withEndpoint}
          withImage={withImage}
        />
      ))}
    </Table>
  )
}
