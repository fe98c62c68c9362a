import { Badge } from '../../parts/badge.tsx'
import { Code } from '../../parts/code.tsx'
import { milliseconds } from '../../parts/numbers.ts'
import { Time } from '../../parts/time.tsx'
import type { DeliveryDetail } from './delivery.tsx'
import { meaningOf } from './meaning-of.ts'
import styles from './attempt.module.css'

export type Attempt = DeliveryDetail['attempts'][number]

const parts = [
  ['dns', 'Name look-up'],
  ['connect', 'Connection'],
  ['wait', 'Waiting for the answer'],
  ['read', 'Reading it'],
] as const

type Part = (typeof parts)[number][0]

/** Each part's own time; the API tells when the first byte came, counted from the start. */
const partsOf = ({ timings }: Attempt): Readonly<Record<Part, number>> => {
  const dns = timings.dns_ms ?? 0
  const connect = timings.connect_ms ?? 0
  const total = timings.total_ms ?? 0
  const first = timings.ttfb_ms ?? total
  return {
    dns,
    connect,
    wait: Math.max(0, first - dns - connect),
    read: Math.max(0, total - Math.max(first, dns + connect)),
  }
}

/** Where the time of an attempt went, on one scale with the others. */
const Waterfall = ({ attempt, longestMs }: { readonly attempt: Attempt; readonly longestMs: number }) => {
  const own = partsOf(attempt)
  const words = parts.map(([part, name]) => `${name} ${milliseconds(own[part])}`).join(', ')
  return (
    <div className={styles['waterfall']} role="img" aria-label={words} title={words}>
      {parts.map(([part]) => (
        <i key={part} className={styles[part]} style={{ width: `${(own[part] / longestMs) * 100}%` }} />
      ))}
    </div>
  )
}

const isSuccess = (status: number | null): boolean => status !== null && status >= 200 && status < 300

const lines = (headers: Iterable<readonly string[]>): string => [...headers].map((pair) => pair.join(': ')).join('\n')

export type AttemptEntryProps = {
  readonly attempt: Attempt
  /** The longest attempt of the delivery: the scale of the waterfall. */
  readonly longestMs: number
  readonly body: string
}

/** One attempt in the timeline; opened, what was sent and what came back, as text and never rendered. */
export const AttemptEntry = ({ attempt, longestMs, body }: AttemptEntryProps) => {
  const success = isSuccess(attempt.status)
  const { response } = attempt
  return (
    <li>
      <details className={styles['attempt']}>
        <summary>
          <b>{attempt.number}</b>
          <Badge tone={success ? 'good' : 'bad'}>{attempt.status ?? attempt.error?.kind ?? 'no answer'}</Badge>
          <span className={styles['when']}>
            <Time at={attempt.started} />
          </span>
          <Waterfall attempt={attempt} longestMs={longestMs} />
          <span className={styles['total']}>{milliseconds(attempt.timings.total_ms)}</span>
        </summary>
        <div className={styles['inside']}>
          <p>{meaningOf({ success, status: attempt.status, error: attempt.error })}</p>
          <dl className={styles['timings']}>
            {parts.map(([part, name]) => (
              <div key={part}>
                <dt>
                  <i className={styles[part]} /> {name}
                </dt>
                <dd>{milliseconds(partsOf(attempt)[part])}</dd>
              </div>
            ))}
            <div>
              <dt>Address</dt>
              <dd>{attempt.address ?? 'none was connected to'}</dd>
            </div>
          </dl>
          <div className={styles['both']}>
            <div>
              <h3>Sent</h3>
              <Code
                label={`What attempt ${attempt.number} sent`}
                text={`POST ${attempt.request.url}\n${lines(Object.entries(attempt.request.headers))}\n\n${body}`}
              />
            </div>
            <div>
              <h3>Came back</h3>
              <Code
                label={`What came back to attempt ${attempt.number}`}
                text={response ? `${attempt.status}\n${lines(response.headers)}\n\n${response.body}` : 'Nothing.'}
              />
            </div>
          </div>
        </div>
      </details>
    </li>
  )
}
