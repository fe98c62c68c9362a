import { systemClock } from '../../../domain/clock.ts'
import { bold, stateStyle, type Style } from '../../colours.ts'
import { printFacts } from '../../facts.ts'
import { ago, span } from '../../measures.ts'
import { remark } from '../../remark.ts'
import { printJson } from '../../table.ts'
import type { Endpoint } from './endpoint-fields.ts'

/** How an endpoint fares, in a few words. */
export const healthOf = ({ state, failing_since: failingSince }: Endpoint, now: number): string => {
  if (state !== 'active') return state
  return failingSince === null ? 'healthy' : `failing for ${span(now - Date.parse(failingSince))}`
}

export const healthStyle = ({ state, failing_since: failingSince }: Endpoint): Style =>
  state === 'active' && failingSince !== null ? 'red' : stateStyle(state)

/** Everything about one endpoint. */
export const printEndpoint = (endpoint: Endpoint, { json }: { readonly json?: boolean }): void => {
  if (json) return printJson(endpoint)
  const now = systemClock.now()
  printFacts([
    ['id', endpoint.id],
    ['URL', endpoint.url, 'cyan'],
    ['name', endpoint.name === '' ? undefined : endpoint.name],
    ['state', endpoint.state, stateStyle(endpoint.state)],
    ['reason', endpoint.state_reason],
    ['since', endpoint.state === 'active' ? undefined : `${endpoint.state_since} (${ago(endpoint.state_since, now)})`],
    ['health', healthOf(endpoint, now), healthStyle(endpoint)],
    ['events', endpoint.events.join(', ')],
    ['primary', endpoint.primary ? 'yes' : undefined],
    ['ordered', endpoint.ordered ? 'yes, one at a time' : undefined],
    ['max concurrency', endpoint.max_concurrency],
    ['rate limit', endpoint.rate_limit === null ? undefined : `${endpoint.rate_limit}/s`],
    ['timeout', endpoint.timeout_seconds === null ? undefined : `${endpoint.timeout_seconds} s`],
    ['headers', Object.keys(endpoint.headers).length === 0 ? undefined : Object.keys(endpoint.headers).join(', ')],
    ['created', endpoint.created],
    ['modified', endpoint.modified],
    ['secret', endpoint.secret, 'bold'],
  ])
  if (endpoint.secret !== undefined) remark(`${bold('The secret is shown this once')}; give it to the receiver.`)
}
