import type { Announcement, AnnouncementKind } from '../domain/announcement.ts'
import type { Endpoint } from '../domain/endpoint.ts'

/** An announcement as it goes out, in both forms: for programs and for people. */
export type AlertMessage = {
  /** The announcement's id: the same at every try. */
  readonly id: string
  readonly kind: AnnouncementKind
  /** JSON in the form that Standard Webhooks recommend: `type`, `timestamp`, `data`. */
  readonly body: Uint8Array
  readonly subject: string
  readonly text: string
}

/** What is shown of an endpoint: never its whole URL, whose path or query may be a credential. */
export type AlertEndpoint = Pick<Endpoint, 'name' | 'url'>

const iso = (instantMs: number): string => new Date(instantMs).toISOString()

const headline = (kind: AnnouncementKind, count: number): string => {
  if (kind === 'endpoint.failing') return 'A webhook endpoint is failing'
  if (kind === 'endpoint.suspended') return 'A webhook endpoint was suspended'
  return count === 1 ? 'A webhook delivery was given up' : `${count} webhook deliveries were given up`
}

const advice: Readonly<Record<AnnouncementKind, string>> = {
  'endpoint.failing': 'Repair the receiver; when it answers 2xx again, nothing else has to be done.',
  'endpoint.suspended':
    'What comes for it is kept until each deadline. Repair the receiver, then send a Test (a passing one resumes the endpoint) or set active to true, and replay what is dead.',
  'delivery.dead':
    'Look at the attempts of the delivery to see why, and replay what is dead when the receiver is well.',
}

/** Puts an announcement into words; without the endpoint when that was removed meanwhile. */
export const messageOf = (announcement: Announcement, endpoint: AlertEndpoint | undefined): AlertMessage => {
  const { id, kind, endpointId, accountId, count, firstAt, lastAt, details } = announcement
  const host = endpoint && new URL(endpoint.url).host
  const { reason, failingSince, suspendsAt, deliveryId } = details
  const body = {
    type: kind,
    timestamp: iso(lastAt),
    data: {
      account_id: accountId,
      webhook_id: endpointId,
      webhook_name: endpoint?.name,
      webhook_host: host,
      count,
      first: iso(firstAt),
      last: iso(lastAt),
      reason,
      failing_since: failingSince === undefined ? undefined : iso(failingSince),
      suspends_at: suspendsAt === undefined ? undefined : iso(suspendsAt),
      delivery_id: deliveryId,
    },
  }
  const called = endpoint?.name || host || endpointId
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['Endpoint', `${endpointId}${endpoint?.name ? ` (${endpoint.name})` : ''}`],
    ['Host', host],
    ['Account', accountId],
    ['Reason', reason],
    ['Failing since', body.data.failing_since],
    ['Will be suspended at', body.data.suspends_at],
    [count === 1 ? 'Delivery' : 'Last delivery', deliveryId],
    ['From', count === 1 ? undefined : iso(firstAt)],
    [count === 1 ? 'At' : 'To', iso(lastAt)],
  ]
  const title = headline(kind, count)
  return {
    id,
    kind,
    body: Buffer.from(JSON.stringify(body)),
    subject: `[Imagehooks] ${title}: ${called}`,
    text: [
      `${title}.`,
      '',
      ...lines.flatMap(([name, value]) => (value ? [`${name}: ${value}`] : [])),
      '',
      advice[kind],
      '',
      `${kind} ${id}`,
      '',
    ].join('\n'),
  }
}
