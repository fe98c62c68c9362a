import { Button } from '../../parts/button.tsx'
import { Card } from '../../parts/card.tsx'
import { Choice } from '../../parts/choice.tsx'
import { Empty } from '../../parts/empty.tsx'
import { Failure } from '../../parts/failure.tsx'
import { Select } from '../../parts/select.tsx'
import { Waiting } from '../../parts/waiting.tsx'
import { events, isFiltered, spans, states, useDeliveryFilter } from './delivery-filter.ts'
import { DeliveryTable } from './delivery-table.tsx'
import { useDeliveries } from './use-deliveries.ts'
import styles from './deliveries.module.css'

export type DeliveriesProps = {
  /** Those of one endpoint, or of one image; neither: the whole account's. */
  readonly endpointId?: string
  readonly imageId?: string
  readonly title?: string
}

/** Deliveries with their filters, newest first; new ones appear by themselves. */
export const Deliveries = ({ endpointId, imageId, title = 'Deliveries' }: DeliveriesProps) => {
  const [filter, change] = useDeliveryFilter()
  const { pages, deliveries, isLooking, isOutdated, showNewest } = useDeliveries({ endpointId, imageId, filter })
  const isEmpty = deliveries?.length === 0
  return (
    <Card
      title={title}
      flush
      actions={
        <>
          <Choice label="State" options={states} chosen={filter.state} onChange={(state) => change({ state })} />
          <Select label="Event" options={events} chosen={filter.event} onChange={(event) => change({ event })} />
          <Select label="Time" options={spans} chosen={filter.span} onChange={(span) => change({ span })} />
        </>
      }
    >
      {isOutdated && (
        <p className={styles['newer']} role="status">
          Newer deliveries came. <Button onClick={showNewest}>Show them</Button>
        </p>
      )}
      {(pages.isPending || (isEmpty && isLooking)) && <Waiting rows={6} />}
      {pages.isError && <Failure error={pages.error} retry={() => void pages.refetch()} />}
      {isEmpty && !isLooking && (
        <Empty icon="deliveries" title={isFiltered(filter) ? 'Nothing fits these filters.' : 'Nothing was sent yet.'}>
          {isFiltered(filter) ? (
            <Button onClick={() => change({ state: '', event: '', span: '' })}>Show all deliveries</Button>
          ) : (
            <p>Upload an image, or send a Test: its delivery appears here by itself.</p>
          )}
        </Empty>
      )}
      {deliveries && !isEmpty && (
        <DeliveryTable
          deliveries={deliveries}
          withEndpoint={endpointId === undefined}
          withImage={imageId === undefined}
        />
      )}
      {pages.hasNextPage && !isLooking && (
        <div className={styles['more']}>
          <Button busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            {isEmpty ? 'Look further back' : 'Show older ones'}
          </Button>
        </div>
      )}
    </Card>
  )
}
