import type { CallResult } from '../../api/use-api.ts'
import { Badge, type Tone } from '../../parts/badge.tsx'

/** A delivery as lists show it. */
export type Delivery = CallResult<'getImagesV1WebhooksDeliveries'>['deliveries'][number]

const tones: Readonly<Record<Delivery['state'], Tone>> = {
  pending: 'info',
  succeeded: 'good',
  dead: 'bad',
  canceled: 'plain',
}

export const DeliveryState = ({ state }: Pick<Delivery, 'state'>) => <Badge tone={tones[state]}>{state}</Badge>
