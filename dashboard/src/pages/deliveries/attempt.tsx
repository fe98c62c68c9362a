import { Badge } from '../../parts/badge.tsx'
import { Code } from '../../parts/code.tsx'
import { FoldedRow } from '../../parts/folded-row.tsx'
import { milliseconds } from '../../parts/numbers.ts'
import { Time } from '../../parts/time.tsx'
import { meaningOf } from './meaning-of.ts'
import { timingParts, timingsOf, type Attempt } from './timings.ts'
import styles from './attempt.module.css'

/** How long the attempt took beside the others, and where its time went. */
const Bar = ({ attempt, longestMs }: { readonly attempt: Attempt; readonly longestMs: number }) => {
  const timings = timingsOf(attempt)
  const words = timingParts.map(([part, name]) => `${name} ${milliseconds(timings[part].ms)}`).join(', ')
  return (
    <span className={styles['waterfall']} role="img" aria-label={words} title={words}>
      {timingParts.map(([part]) => (
        <i key={part} className={styles[part]} style={{ width: `${(timings[part].ms / longestMs) * 100}%` }} />
      ))}
    </span>
  )
}

/** Each part of the attempt's time, from where it began. */
const Waterfall = ({ attempt }: { readonly attempt: Attempt }) => {
  const timings = timingsOf(attempt)
  const total = Math.max(1, attempt.timings.total_ms ?? 0)
  return (
    <dl className={styles['timings']}>
      {timingParts.map(([part, name]) => (
        <div key={part}>
          <dt>{name}</dt>
          <dd className={styles['bar']}>
            <i
              className={styles[part]}
              style={{
                marginLeft: `${(timings[part].from / total) * 100}%`,
                width: `${(timings[part].ms / total) * 100}%`,
                minWidth: timings[part].ms > 0 ? '2px' : 0,
              }}
            />
          </dd>
          <dd className={styles['own']}>{milliseconds(timings[part].ms)}</dd>
        </div>
      ))}
    </dl>
  )
}

const isSuccess = (status: number | null): boolean => status !== null && status >= 200 && status < 300

const lines = (headers: Iterable<readonly string[]>): string => [...headers].map((pair) => pair.join(': ')).join('\n')

export type AttemptEntryProps = {
  readonly attempt: Attempt
  /** The last one is the one to look at, and opened. */
  readonly isLast: boolean
  /** The longest attempt of the delivery: the scale of the bars. */
  readonly longestMs: number
  readonly body: string
}

/** One attempt in the timeline; opened, what was sent and what came back, as text and never rendered. */
export const AttemptEntry = ({ attempt, isLast, longestMs, body }: AttemptEntryProps) => {
  const success = isSuccess(attempt.status)
  const { response, number } = attempt
  return (
    <FoldedRow
      isOpenAtFirst={isLast}
      className={styles['attempt']}
      summary={
        <>
          <b>{number}</b>
          <Badge tone={success ? 'good' : 'bad'}>{attempt.status ?? attempt.error?.kind ?? 'no answer'}</Badge>
          <Time at={attempt.started} />
          <Bar attempt={attempt} longestMs={longestMs} />
          <span className={styles['total']}>{milliseconds(attempt.timings.total_ms)}</span>
        </>
      }
    >
      <div className={styles['inside']}>
        <p className={styles['meaning']}>
          {meaningOf({ success, status: attempt.status, error: attempt.error })}{' '}
          {attempt.address === null ? 'No address was connected to.' : `It was sent to ${attempt.address}.`}
        </p>
        <Waterfall attempt={attempt} />
        <div className={styles['both']}>
          <div>
            <h3>Sent</h3>
            <Code
              label={`What attempt ${number} sent`}
              text={`POST ${attempt.request.url}\n${lines(Object.entries(attempt.request.headers))}\n\n${body}`}
            />
          </div>
          <div>
            <h3>Came back</h3>
            <Code
              label={`What came back to attempt ${number}`}
              text={response ? `${attempt.status}\n${lines(response.headers)}\n\n${response.body}` : 'Nothing.'}
            />
          </div>
        </div>
      </div>
    </FoldedRow>
  )
}
