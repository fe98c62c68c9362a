import { eventTypes } from '@imagehooks/receiver'
import { type Command, Option } from 'commander'
import type { CallResult, Client } from '../../../client/client.ts'
import { systemClock } from '../../../domain/clock.ts'
import { stateStyle } from '../../colours.ts'
import { ago } from '../../measures.ts'
import { readInstant } from '../../read-flags.ts'
import type { Column } from '../../table.ts'
import { addPageOptions, type PageOptions, printPages } from '../pages.ts'
import type { Verb } from '../verb.ts'

export type Delivery = CallResult<'getImagesV1WebhooksDeliveries'>['deliveries'][number]
export type DeliveriesPage = CallResult<'getImagesV1WebhooksDeliveries'>

export type DeliveryFilter = {
  readonly endpoint?: string
  readonly state?: Delivery['state']
  readonly event?: (typeof eventTypes)[number]
  readonly image?: string
}

type ListOptions = PageOptions & DeliveryFilter & { readonly since?: string; readonly until?: string }

const states = ['pending', 'succeeded', 'dead', 'canceled'] as const satisfies readonly Delivery['state'][]

/** Gives a command the filters of deliveries. */
export const addDeliveryFilters = (command: Command): Command =>
  command
    .option('--endpoint <id>', 'only those to this endpoint')
    .addOption(new Option('--state <state>', 'only those in this state').choices(states))
    .addOption(new Option('--event <type>', 'only those of this event').choices(eventTypes))
    .option('--image <id>', 'only those about this image')

type Query = {
  readonly since?: string
  readonly until?: string
  readonly per_page?: string
  readonly continuation_token?: string
}

/** One page of deliveries, newest first. */
export const readDeliveries = (client: Client, filter: DeliveryFilter, rest: Query): Promise<DeliveriesPage> => {
  const { endpoint, state, event, image } = filter
  const query = { ...rest, ...(state && { state }), ...(event && { event }), ...(image && { image_id: image }) }
  return endpoint === undefined
    ? client.call('getImagesV1WebhooksDeliveries', { query })
    : client.call('getImagesV1WebhooksIdDeliveries', { path: { id: endpoint }, query })
}

const next = ({ state, next_attempt_at: at }: Delivery): string =>
  state === 'pending' && at !== null ? ago(at, systemClock.now()).replace(/.* ago$/, 'now') : ''

const columns: readonly Column<Delivery>[] = [
  { title: 'ID', of: ({ id }) => id, whole: true },
  { title: 'STATE', of: ({ state }) => state, style: ({ state }) => stateStyle(state) },
  { title: 'EVENT', of: ({ event }) => event },
  { title: 'IMAGE', of: ({ image_id: id }) => id },
  {
    title: 'ATTEMPTS',
    of: ({ attempt_count: count }) => count,
    shown: (delivery) =>
      `${delivery.attempt_count} ${delivery.attempt_count === 1 ? 'attempt' : 'attempts'}${next(delivery) === '' ? '' : `, next ${next(delivery)}`}`,
  },
  { title: 'CREATED', of: ({ created }) => created, shown: ({ created }) => ago(created, systemClock.now()) },
]

/** `imagehooks deliveries list`. */
export const listVerb: Verb<ListOptions> = {
  name: 'list',
  description: 'list deliveries, newest first',
  declare: (command) =>
    addPageOptions(
      addDeliveryFilters(command)
        .option('--since <when>', 'of events from this instant on, or from so long ago, such as 24h')
        .option('--until <when>', 'of events before this instant'),
      1000,
    ),
  examples: [
    ['deliveries list --image profile_1', 'what was sent about one image'],
    ['deliveries list --state dead --since 24h --all', 'what was given up since yesterday'],
    ['deliveries list --endpoint webhook_01j… --state pending', 'what waits'],
  ],
  async run({ client, options }) {
    const now = systemClock.now()
    const { since, until } = options
    const span = {
      ...(since !== undefined && { since: readInstant('--since', since, now) }),
      ...(until !== undefined && { until: readInstant('--until', until, now) }),
    }
    await printPages(
      {
        columns,
        most: 1000,
        whenEmpty: 'There are no such deliveries.',
        async read(page) {
          const answer = await readDeliveries(client, options, { ...span, ...page })
          return { rows: answer.deliveries, token: answer.continuation_token, answer }
        },
      },
      options,
    )
  },
}
