import { useLocation, useSearch } from 'wouter'
import { eventTypes } from '../webhooks/event-types.ts'

export const states = [
  ['', 'All'],
  ['pending', 'Pending'],
  ['succeeded', 'Succeeded'],
  ['dead', 'Dead'],
  ['canceled', 'Canceled'],
] as const

/** How far back: in milliseconds, as text. */
export const spans = [
  ['', 'Any time'],
  ['3600000', 'Last hour'],
  ['86400000', 'Last day'],
  ['604800000', 'Last week'],
] as const

export const events = [['', 'Every event'], ...eventTypes.map((type) => [type, type] as const)] as const

/** Which deliveries are looked for; an empty word looks for all. */
export type DeliveryFilter = {
  readonly state: (typeof states)[number][0]
  readonly event: (typeof events)[number][0]
  readonly span: (typeof spans)[number][0]
}

export const noFilter: DeliveryFilter = { state: '', event: '', span: '' }

export const isFiltered = (filter: DeliveryFilter): boolean => Object.values(filter).some((word) => word !== '')

const wordOf = <Word extends string>(options: readonly (readonly [Word, string])[], text: string | null): Word | '' =>
  options.find(([word]) => word === text)?.[0] ?? ''

/** The filter that stands in the page's address, so that it can be kept, sent and gone back to. */
export const useDeliveryFilter = (): readonly [DeliveryFilter, (change: Partial<DeliveryFilter>) => void] => {
  const [path, go] = useLocation()
  const query = new URLSearchParams(useSearch())
  const filter: DeliveryFilter = {
    state: wordOf(states, query.get('state')),
    event: wordOf(events, query.get('event')),
    span: wordOf(spans, query.get('span')),
  }
  const change = (wish: Partial<DeliveryFilter>): void => {
    const given = Object.entries({ ...filter, ...wish }).filter(([, word]) => word !== '')
    const search = new URLSearchParams(given).toString()
    go(search === '' ? path : `${path}?${search}`, { replace: true })
  }
  return [filter, change]
}
