import type { CallResult } from '../../api/use-api.ts'

export type Attempt = CallResult<'getImagesV1WebhooksDeliveriesId'>['attempts'][number]

/** Where the time of an attempt goes, in the order in which it goes there. */
export const timingParts = [
  ['dns', 'Name look-up'],
  ['connect', 'Connection'],
  ['wait', 'Waiting for the answer'],
  ['read', 'Reading it'],
] as const

export type TimingPart = (typeof timingParts)[number][0]

/** When each part began and how long it took, in milliseconds; the API tells when the first byte came, from the start. */
export const timingsOf = ({
  timings,
}: Attempt): Readonly<Record<TimingPart, { readonly from: number; readonly ms: number }>> => {
  const dns = timings.dns_ms ?? 0
  const connected = dns + (timings.connect_ms ?? 0)
  const total = Math.max(connected, timings.total_ms ?? 0)
  const first = Math.min(total, Math.max(connected, timings.ttfb_ms ?? total))
  return {
    dns: { from: 0, ms: dns },
    connect: { from: dns, ms: connected - dns },
    wait: { from: connected, ms: first - connected },
    read: { from: first, ms: total - first },
  }
}
