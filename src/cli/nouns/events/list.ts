import type { CallResult } from '../../../client/client.ts'
import type { FeedEvent } from '../../../client/feed.ts'
import { systemClock } from '../../../domain/clock.ts'
import { bold } from '../../colours.ts'
import { ago } from '../../measures.ts'
import { printable } from '../../printable.ts'
import { readCount, readEventTypes } from '../../read-flags.ts'
import { remark } from '../../remark.ts'
import { type Column, createTable, printJson, printJsonLine } from '../../table.ts'
import { type Verb } from '../verb.ts'
import { imageIdOf } from './image-id.ts'

type ListOptions = {
  readonly after?: string
  readonly types?: string
  readonly image?: string
  readonly limit: string
  readonly all?: boolean
}

const mostAtOnce = 500

const columns: readonly Column<FeedEvent>[] = [
  { title: 'CURSOR', of: ({ cursor }) => cursor, whole: true },
  { title: 'EVENT', of: ({ type }) => type },
  { title: 'IMAGE', of: ({ body }) => imageIdOf(body) },
  { title: 'CREATED', of: ({ created }) => created, shown: ({ created }) => ago(created, systemClock.now()) },
  { title: 'ID', of: ({ id }) => id },
]

/** `imagehooks events list`. */
export const listVerb: Verb<ListOptions> = {
  name: 'list',
  description: 'read the feed of events, oldest first',
  declare: (command) =>
    command
      .option('--after <cursor>', 'go on behind this event (default: from the oldest that is kept)')
      .option('--types <types>', 'event types, separated by commas (default: all)')
      .option('--image <id>', 'the events of one image, also of one that was deleted (default: all images)')
      .option('--limit <number>', `how many, up to ${mostAtOnce}`, '100')
      .option('--all', 'to the end; with --json one object a line'),
  examples: [
    ['events list', 'the oldest hundred that are kept'],
    ['events list --image my/photo', 'what happened to one image'],
    ['events list --after 1200 --types image.deleted --all --json', 'what a poller reads'],
  ],
  async run({ client, options }) {
    const limit = options.all ? mostAtOnce : readCount('--limit', options.limit, 1, mostAtOnce)
    const filter = {
      ...(options.types !== undefined && { types: readEventTypes(options.types, '--types').join(',') }),
      ...(options.image !== undefined && { image_id: options.image }),
    }
    const table = createTable(columns)
    let after = options.after ?? ''
    for (;;) {
      const page = await client.call('getImagesV1WebhooksEvents', {
        query: { after, limit: String(limit), ...filter },
      })
      if (options.json && !options.all) return printJson(page)
      if (options.json) for (const event of page.events) printJsonLine(event)
      else await table.print(page.events)
      after = page.next
      if (!options.all || page.events.length === 0) break
    }
    if (!options.json) remark(`Later events come behind --after ${after}.`)
  },
}

type EventType = CallResult<'getImagesV1WebhooksEventTypes'>['event_types'][number]

const printType = ({ type, description, sample }: EventType): void => {
  console.log(`${bold(printable(type))}\n  ${printable(description)}`)
  for (const line of JSON.stringify(sample, null, 2).split('\n')) console.log(`  ${printable(line)}`)
  console.log('')
}

const typeColumns: readonly Column<EventType>[] = [
  { title: 'EVENT', of: ({ type }) => type },
  { title: 'WHEN', of: ({ description }) => description },
]

/** `imagehooks events types`. */
export const typesVerb: Verb<object> = {
  name: 'types',
  description: 'list the event types, each with a sample; with --json also their JSON Schemas',
  examples: [['events types', 'what an application may be told']],
  async run({ client, options }) {
    const result = await client.call('getImagesV1WebhooksEventTypes')
    if (options.json) return printJson(result)
    if (!process.stdout.isTTY) return createTable(typeColumns).print(result.event_types)
    for (const type of result.event_types) printType(type)
  },
}
