import type { FeedEvent } from '../../client/feed.ts'
import type { BodyFilter } from './filter.ts'
import { follow, type FollowParts } from './follow.ts'
import type { ListenFile } from './listen-file.ts'

export type RunListenParts = FollowParts & {
  readonly file: Pick<ListenFile, 'keep'>
  readonly filter: BodyFilter
  /** Answers whether the event is done with. */
  readonly forward: (event: FeedEvent) => Promise<boolean>
}

/**
 * Forwards each event in the order of the feed, one at a time, and keeps the place in the feed after each: whatever ends
 * it, the next start goes on with the first event that was not done with. An event may so be forwarded twice, as any
 * delivery may.
 */
export const runListen = async ({ file, filter, forward, ...parts }: RunListenParts): Promise<void> => {
  for await (const { cursor, event } of follow(parts)) {
    if (event && filter(event.body) && !(await forward(event))) return
    await file.keep(cursor)
  }
}
