import type { Attempt } from '../domain/delivery.ts'
import type { Database, Row, Unit } from './database.ts'
import { insertRows } from './batches.ts'
import { bytes, number, numberOrNull, text, textOrNull } from './row.ts'

const columns = [
  'event_id',
  'endpoint_id',
  'id',
  'number',
  'started_at',
  'url',
  'address',
  'status',
  'error_kind',
  'error_message',
  'duration_ms',
  'dns_ms',
  'connect_ms',
  'ttfb_ms',
  'request_headers',
  'response_headers',
  'response_body',
]

/** Records attempts; each id counts once. */
export const insertAttempts = (attempts: readonly Attempt[]): Unit =>
  insertRows(
    { into: `insert into attempt (${columns.join(', ')})`, columnCount: columns.length },
    attempts.map((attempt) => [
      attempt.eventId,
      attempt.endpointId,
      attempt.id,
      attempt.number,
      attempt.startedAt,
      attempt.url,
      attempt.address,
      attempt.status,
      attempt.error?.kind ?? null,
      attempt.error?.message ?? null,
      attempt.durationMs,
      attempt.timings.dnsMs,
      attempt.timings.connectMs,
      attempt.timings.ttfbMs,
      JSON.stringify(attempt.requestHeaders),
      JSON.stringify(attempt.responseHeaders),
      attempt.responseBody,
    ]),
  )

const toAttempt = (row: Row): Attempt => {
  const errorKind = textOrNull(row, 'error_kind')
  return {
    id: text(row, 'id'),
    eventId: text(row, 'event_id'),
    endpointId: text(row, 'endpoint_id'),
    number: number(row, 'number'),
    startedAt: number(row, 'started_at'),
    url: text(row, 'url'),
    address: textOrNull(row, 'address'),
    status: numberOrNull(row, 'status'),
    error: errorKind === null ? null : { kind: errorKind, message: textOrNull(row, 'error_message') ?? '' },
    durationMs: number(row, 'duration_ms'),
    timings: {
      dnsMs: numberOrNull(row, 'dns_ms'),
      connectMs: numberOrNull(row, 'connect_ms'),
      ttfbMs: numberOrNull(row, 'ttfb_ms'),
      totalMs: number(row, 'duration_ms'),
    },
    requestHeaders: readHeaders(text(row, 'request_headers')),
    responseHeaders: readHeaderPairs(text(row, 'response_headers')),
    responseBody: bytes(row, 'response_body'),
  }
}

const readHeaders = (json: string): Record<string, string> => {
  const value: unknown = JSON.parse(json)
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(Object.entries(value).map(([name, content]) => [name, String(content)]))
}

const readHeaderPairs = (json: string): (readonly [string, string])[] => {
  const value: unknown = JSON.parse(json)
  if (!Array.isArray(value)) return []
  return value.flatMap((pair: unknown) =>
    Array.isArray(pair) && pair.length === 2 ? [[String(pair[0]), String(pair[1])] as const] : [],
  )
}

/** The attempts of one delivery, in the order in which they were made. */
export const listAttempts = async (
  database: Database,
  eventId: string,
  endpointId: string,
): Promise<readonly Attempt[]> =>
  (
    await database.read('select * from attempt where event_id = $1 and endpoint_id = $2 order by number, id', [
      eventId,
      endpointId,
    ])
  ).map(toAttempt)
