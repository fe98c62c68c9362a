import { styleText } from 'node:util'
import type { FeedEvent } from '../../../client/feed.ts'
import { systemClock } from '../../../domain/clock.ts'
import { pale, type Style } from '../../colours.ts'
import { follow, type FollowNews } from '../../listen/follow.ts'
import { printable } from '../../printable.ts'
import { readEventTypes } from '../../read-flags.ts'
import { remark, warn } from '../../remark.ts'
import { stayAlive } from '../../stay-alive.ts'
import { listenForStop } from '../../stop-wish.ts'
import { printJsonLine } from '../../table.ts'
import type { Verb } from '../verb.ts'
import { imageIdOf } from './image-id.ts'

type TailOptions = { readonly after?: string; readonly types?: string; readonly image?: string }

const styles: Readonly<Record<string, Style>> = {
  'image.uploaded': 'green',
  'image.upload_failed': 'red',
  'image.updated': 'yellow',
  'image.deleted': 'magenta',
}

const lineOf = ({ created, body, ...event }: FeedEvent): string => {
  const [type = '', cursor = '', id = ''] = [event.type, event.cursor, event.id].map(printable)
  const image = printable(imageIdOf(body))
  if (!process.stdout.isTTY) return [cursor, type, image, printable(created), id].join('\t')
  const time = new Date(created).toTimeString().slice(0, 8)
  return `${pale(time)} ${styleText(styles[type] ?? [], type)} ${image} ${pale(`#${cursor}`)}`
}

const tellNews = (news: FollowNews): void => {
  if (news.kind === 'connected') return remark(`Events from ${news.cursor} on; Ctrl-C stops.`)
  warn(news.kind === 'lost' ? `${news.reason} Trying again …` : news.reason)
}

/** `imagehooks events tail`: the feed as it grows, until Ctrl-C; a server that is away is waited for. */
export const tailVerb: Verb<TailOptions> = {
  name: 'tail',
  description: 'show events as they happen, until Ctrl-C; misses none while the server is away',
  declare: (command) =>
    command
      .option('--after <cursor|oldest>', 'begin behind this event, or with the oldest (default: from now on)')
      .option('--types <types>', 'event types, separated by commas (default: all)')
      .option('--image <id>', 'the events of one image (default: all images)'),
  examples: [
    ['events tail', 'from now on'],
    ['events tail --after 1200 --types image.uploaded,image.deleted --json', 'for a program, one object a line'],
  ],
  async run({ client, options }) {
    const types = options.types === undefined ? [] : readEventTypes(options.types, '--types')
    const stop = listenForStop(process, systemClock)
    const letGo = stayAlive()
    const ending = new AbortController()
    void stop.asked.then(() => ending.abort(new Error('It was asked to stop.')))
    try {
      const feed = follow({
        client,
        clock: systemClock,
        types,
        imageId: options.image,
        cursor: options.after === 'oldest' ? '' : options.after,
        signal: ending.signal,
        tell: tellNews,
      })
      for await (const { event } of feed) {
        if (!event) continue
        if (options.json) printJsonLine(event)
        else console.log(lineOf(event))
      }
    } finally {
      letGo()
      stop.done()
    }
  },
}
