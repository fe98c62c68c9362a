import { Card } from '../../parts/card.tsx'
import { Empty } from '../../parts/empty.tsx'
import { Failure } from '../../parts/failure.tsx'
import { LinkButton } from '../../parts/link-button.tsx'
import { Waiting } from '../../parts/waiting.tsx'
import { DeliveryTable } from './delivery-table.tsx'
import { useDeliveries } from './use-deliveries.ts'

const limit = 8

/** The newest deliveries of the account, and the way to all of them. */
export const LatestDeliveries = () => {
  const { pages, deliveries } = useDeliveries({ limit })
  const latest = deliveries?.slice(0, limit)
  return (
    <Card title="Latest deliveries" flush actions={<LinkButton href="/deliveries">All deliveries</LinkButton>}>
      {pages.isPending && <Waiting rows={limit} />}
      {pages.isError && <Failure error={pages.error} retry={() => void pages.refetch()} />}
      {latest?.length === 0 && (
        <Empty icon="deliveries" title="Nothing was sent yet.">
          <p>Upload an image, or send a Test: its delivery appears here by itself.</p>
        </Empty>
      )}
      {latest && latest.length > 0 && <DeliveryTable deliveries={latest} withEndpoint withImage />}
    </Card>
  )
}
