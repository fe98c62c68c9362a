import { styleText } from 'node:util'
import type { FeedEvent } from '../../client/feed.ts'
import { printable } from '../printable.ts'
import type { FollowNews } from './follow.ts'
import type { Forwarded } from './forward.ts'

/** How a listener tells what happens. */
export type ListenLines = {
  ready(facts: { readonly server: string; readonly forwardTo: string; readonly secretFile: string }): void
  secret(secret: string): void
  news(news: FollowNews): void
  forwarded(event: FeedEvent, forwarded: Forwarded): void
}

const imageIdOf = (body: string): string => {
  const id: unknown = JSON.parse(body)?.image?.id
  return typeof id === 'string' ? id : ''
}

/** One JSON object a line; the secret is in the file that the first names. */
export const jsonLines = (print: (line: string) => void): ListenLines => {
  const write = (value: object): void => print(JSON.stringify(value))
  return {
    ready: (facts) => write({ type: 'ready', ...facts }),
    secret: () => {},
    news: (news) =>
      write({ type: news.kind, ...('reason' in news ? { reason: news.reason } : { cursor: news.cursor }) }),
    forwarded: (event, { attempt, status, error, durationMs, pretended }) =>
      write({
        type: 'forwarded',
        id: event.id,
        event: event.type,
        image_id: imageIdOf(event.body),
        cursor: event.cursor,
        attempt,
        status,
        error,
        duration_ms: durationMs,
        pretended,
      }),
  }
}

const pale = (text: string): string => styleText('gray', text)

/** A line for each request: when, what, which image, the answer and how long it took. */
export const textLines = (print: (line: string) => void, now: () => number): ListenLines => {
  const time = (): string => pale(new Date(now()).toTimeString().slice(0, 8))
  const outcome = ({ status, error, pretended }: Forwarded): string => {
    if (status === null) return styleText('red', `✗ ${error ?? 'No answer came.'}`)
    const text = `${status}${pretended ? ' (pretended)' : ''}`
    return status >= 200 && status <= 299 ? styleText('green', `← ${text}`) : styleText('red', `← ${text}`)
  }
  return {
    ready: ({ server, forwardTo }) => print(`Forwarding events of ${server} to ${forwardTo}. Ctrl-C stops.`),
    secret: (secret) =>
      print(`Signed with this secret, which is kept and shown this once: ${styleText('bold', secret)}`),
    news(news) {
      if (news.kind === 'lost') print(`${time()} ${styleText('yellow', `${printable(news.reason)} Trying again …`)}`)
      if (news.kind === 'connected') print(`${time()} ${pale('connected')}`)
      if (news.kind === 'skipped') print(`${time()} ${styleText('yellow', printable(news.reason))}`)
    },
    forwarded(event, forwarded) {
      const again = forwarded.attempt > 1 ? pale(` attempt ${forwarded.attempt}`) : ''
      print(
        `${time()} ${event.type} ${printable(imageIdOf(event.body))}${again} ${outcome(forwarded)} ${pale(`${forwarded.durationMs} ms`)}`,
      )
    },
  }
}
