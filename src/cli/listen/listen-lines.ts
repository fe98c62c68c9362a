import { styleText } from 'node:util'
import { cut, printable } from '../printable.ts'
import { imageIdOf } from '../nouns/events/image-id.ts'
import { parseBody } from './filter.ts'
import type { FollowNews } from './follow.ts'
import type { Forwarded } from './forward.ts'

export type ListenFacts = {
  readonly server: string
  /** Where events go; `types=url` for each that has a URL of its own. */
  readonly forwardTo: readonly string[]
  readonly secretFile: string
  /** It has run before, and goes on where it stopped. */
  readonly resumes: boolean
  /** The keys that do something. */
  readonly hasKeys: boolean
}

/** How a listener tells what happens. */
export type ListenLines = {
  ready(facts: ListenFacts): void
  /** A secret that the receiver has to be given, or where it stands. */
  secret(secret: { readonly text: string } | { readonly place: string; readonly written: boolean }): void
  news(news: FollowNews): void
  forwarded(forwarded: Forwarded): void
  /** One request and its answer, whole. */
  details(forwarded: Forwarded | undefined): void
}

export const isTaken = ({ status }: Pick<Forwarded, 'status'>): boolean =>
  status !== null && status >= 200 && status <= 299

/** One JSON object a line; the secret is in the file that the first names. */
export const jsonLines = (print: (line: string) => void): ListenLines => {
  const write = (value: object): void => print(JSON.stringify(value))
  return {
    ready: ({ server, forwardTo, secretFile, resumes }) =>
      write({ type: 'ready', server, forward_to: forwardTo, secret_file: secretFile, resumes }),
    secret: () => {},
    news: (news) =>
      write({ type: news.kind, ...('reason' in news ? { reason: news.reason } : { cursor: news.cursor }) }),
    forwarded: (forwarded) =>
      write({
        type: 'forwarded',
        id: forwarded.event.id,
        event: forwarded.event.type,
        image_id: imageIdOf(forwarded.event.body),
        cursor: forwarded.event.cursor,
        url: forwarded.url.href,
        attempt: forwarded.attempt,
        status: forwarded.status,
        error: forwarded.error,
        duration_ms: forwarded.durationMs,
        pretended: forwarded.pretended,
        answer: forwarded.answer.slice(0, 1024),
      }),
    details: () => {},
  }
}

/** Where lines go, and how wide they may be; undefined for as wide as they are. */
export type LineOutput = {
  readonly print: (line: string) => void
  readonly now: () => number
  readonly columns: () => number | undefined
}

const pale = (text: string): string => styleText('gray', text)
const bold = (text: string): string => styleText('bold', text)

/** Where an answer's text is shown below a line, no more than this of it. */
const longestAnswer = 200
/** Narrower than this the time gives way. */
const narrowColumns = 50

const outcomeOf = ({ status, error, pretended }: Forwarded): string =>
  status === null ? `✗ ${error ?? 'No answer came.'}` : `← ${status}${pretended ? ' (pretended)' : ''}`

const prettyBody = (body: string): string[] => {
  const event = parseBody(body)
  return (event === undefined ? body : JSON.stringify(event, null, 2)).split('\n').map(printable)
}

/** A line for each request: when, what, which image, the answer and how long it took. */
export const textLines = ({ print, now, columns }: LineOutput): ListenLines => {
  let several = false
  const time = (): string =>
    (columns() ?? 80) < narrowColumns ? '' : `${pale(new Date(now()).toTimeString().slice(0, 8))}  `
  const timeWidth = (): number => ((columns() ?? 80) < narrowColumns ? 0 : 10)
  const say = (text: string): void => print(`${time()}${text}`)
  return {
    ready({ server, forwardTo, resumes, hasKeys }) {
      several = forwardTo.length > 1
      print(`Forwarding events of ${bold(server)} to ${several ? '' : bold(forwardTo[0] ?? '')}`.trimEnd())
      if (several) for (const each of forwardTo) print(`  ${bold(each)}`)
      if (resumes) print(pale('It goes on where it stopped.'))
      print(pale(hasKeys ? 'r sends the last again, d shows it whole, Ctrl-C stops.' : 'Ctrl-C stops.'))
    },
    secret(secret) {
      if ('place' in secret)
        print(`Signed with ${secret.place}${secret.written ? ', which was made and written there.' : '.'}`)
      else print(`Signed with this secret, which is kept and shown this once: ${bold(secret.text)}`)
    },
    news(news) {
      if (news.kind === 'connected') say(pale('connected'))
      else say(styleText('yellow', `${printable(news.reason)}${news.kind === 'lost' ? ' Trying again …' : ''}`))
    },
    forwarded(forwarded) {
      const { event, url, attempt, durationMs } = forwarded
      const outcome = printable(outcomeOf(forwarded))
      const type = printable(event.type).padEnd(14)
      const again = attempt > 1 ? `  attempt ${attempt}` : ''
      const target = several ? `  → ${url.host}${url.pathname}` : ''
      const duration = `${durationMs} ms`
      const width = columns()
      const taken = timeWidth() + [type, again, target, outcome, duration].join('').length + 6
      const id = cut(printable(imageIdOf(event.body)), width === undefined ? Infinity : Math.max(8, width - taken))
      const mark = styleText(isTaken(forwarded) ? 'green' : 'red', outcome)
      say(`${type}  ${id}${pale(again + target)}  ${mark}  ${pale(duration)}`)
      const answer = printable(forwarded.answer).trim()
      if (isTaken(forwarded) || forwarded.status === null || forwarded.pretended || answer === '') return
      print(
        `${' '.repeat(timeWidth())}${pale(`↳ ${cut(answer, Math.min(longestAnswer, (width ?? Infinity) - timeWidth() - 2))}`)}`,
      )
    },
    details(forwarded) {
      if (!forwarded) return say(pale('nothing was forwarded yet'))
      print('')
      print(bold(`POST ${forwarded.url.href}`))
      for (const [name, value] of Object.entries(forwarded.headers)) print(`${pale(`${name}:`)} ${printable(value)}`)
      print('')
      for (const line of prettyBody(forwarded.event.body)) print(line)
      print('')
      const colour = isTaken(forwarded) ? 'green' : 'red'
      print(`${styleText(colour, printable(outcomeOf(forwarded)))}  ${pale(`${forwarded.durationMs} ms`)}`)
      if (forwarded.answer !== '') print(printable(forwarded.answer))
      print('')
    },
  }
}
