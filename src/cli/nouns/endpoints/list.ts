import { systemClock } from '../../../domain/clock.ts'
import { stateStyle } from '../../colours.ts'
import { type Column, printJson, printTable } from '../../table.ts'
import type { Verb } from '../verb.ts'
import type { Endpoint } from './endpoint-fields.ts'
import { healthOf, healthStyle } from './print-endpoint.ts'

const columns: readonly Column<Endpoint>[] = [
  { title: 'ID', of: ({ id }) => id, whole: true },
  { title: 'STATE', of: ({ state }) => state, style: ({ state }) => stateStyle(state) },
  { title: 'HEALTH', of: (endpoint) => healthOf(endpoint, systemClock.now()), style: healthStyle },
  { title: 'NAME', of: ({ name }) => name },
  { title: 'URL', of: ({ url }) => url },
  { title: 'EVENTS', of: ({ events }) => events.join(',') },
]

/** `imagehooks endpoints list`. */
export const listVerb: Verb<object> = {
  name: 'list',
  description: 'list webhook endpoints, and how each fares',
  examples: [
    ['endpoints list', 'where events are sent, and whether they arrive'],
    ['endpoints list --json', 'with all their fields'],
  ],
  async run({ client, options }) {
    const result = await client.call('getImagesV1Webhooks')
    if (options.json) return printJson(result)
    await printTable(result.webhooks, columns, 'There are no endpoints yet. Add one with: imagehooks endpoints add URL')
  },
}
