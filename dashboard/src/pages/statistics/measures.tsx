import { useMemo } from 'react'
import type { CallResult } from '../../api/use-api.ts'
import { Chart } from '../../parts/chart.tsx'
import type { ChartSeries } from '../../parts/chart-options.ts'
import { Measure, Measures } from '../../parts/measure.tsx'
import { count, milliseconds, percent } from '../../parts/numbers.ts'
import { windowWords } from './windows.ts'

type OfAccount = CallResult<'getImagesV1WebhooksStats'>
type OfEndpoint = CallResult<'getImagesV1WebhooksIdStats'>
type Step = OfEndpoint['series'][number] & Partial<OfAccount['series'][number]>
type Totals = OfEndpoint['totals'] & Partial<OfAccount['totals']>

/** Fewer attempts than this that succeed are shown as something bad. */
const goodShare = 0.95

/** What stands in a measure's place while it is on its way. */
const onItsWay = '…'

const wholePercent = (share: number): string => `${Math.round(share * 100)}%`

/** The courses that are drawn; while nothing is known, empty ones, which keep their places. */
const coursesOf = (steps: readonly Step[]) => {
  const course = (label: string, colour: string, value: (step: Step) => number | null): ChartSeries => ({
    label,
    colour,
    values: steps.map(value),
  })
  return {
    at: steps.map(({ at }) => at),
    uploads: [course('Images', '--chart-main', (step) => step.images_uploaded ?? 0)],
    attempts: [
      course('Succeeded', '--chart-good', (step) => step.attempts_succeeded),
      course('Failed', '--chart-bad', (step) => step.attempts_failed),
    ],
    success: [course('Attempts that succeeded', '--chart-good', (step) => step.success_rate)],
    answers: [
      course('p50', '--chart-low', (step) => step.latency_ms.p50),
      course('p95', '--chart-middle', (step) => step.latency_ms.p95),
      course('p99', '--chart-high', (step) => step.latency_ms.p99),
    ],
  }
}

const deliveriesNote = ({ deliveries_dead: dead, attempts }: Totals): string =>
  `succeeded, ${count(dead)} dead, in ${count(attempts)} ${attempts === 1 ? 'attempt' : 'attempts'}`

const successNote = ({ attempts, attempts_failed: failed }: Totals): string =>
  attempts === 0 ? 'no attempt was made' : `${count(failed)} of ${count(attempts)} attempts failed`

const answerNote = ({ latency_ms: { p50, p95, p99 } }: Totals): string =>
  p50 === null ? 'no attempt was made' : `p50, ${milliseconds(p95)} p95, ${milliseconds(p99)} p99`

export type StatisticsMeasuresProps = {
  /** Undefined while they are on their way. */
  readonly statistics: OfAccount | OfEndpoint | undefined
  /** Whether uploads are told of: those of an account are. */
  readonly withUploads?: boolean
}

/** How deliveries went, and of an account how many images came: each measure with its course. */
export const StatisticsMeasures = ({ statistics, withUploads = false }: StatisticsMeasuresProps) => {
  const series = statistics?.series
  const courses = useMemo(() => coursesOf(series ?? []), [series])
  const totals: Totals | undefined = statistics?.totals
  const say = (words: (known: Totals) => string): string => (totals ? words(totals) : onItsWay)
  const isBad = (totals?.success_rate ?? 1) < goodShare
  const { at } = courses
  return (
    <Measures columns={withUploads ? 2 : 3}>
      {withUploads && (
        <Measure
          name="Uploads"
          value={say((known) => count(known.images_uploaded ?? 0))}
          note={statistics && windowWords[statistics.window]}
        >
          <Chart kind="bars" label="Images uploaded over time" at={at} series={courses.uploads} format={count} />
        </Measure>
      )}
      <Measure
        name="Deliveries"
        value={say((known) => count(known.deliveries_succeeded))}
        note={totals && deliveriesNote(totals)}
      >
        <Chart kind="bars" label="Attempts over time" at={at} series={courses.attempts} format={count} />
      </Measure>
      <Measure
        name="Success rate"
        value={say((known) => percent(known.success_rate))}
        tone={isBad ? 'bad' : undefined}
        note={totals && successNote(totals)}
      >
        <Chart
          kind="lines"
          label="Success rate over time"
          at={at}
          series={courses.success}
          format={wholePercent}
          most={1}
        />
      </Measure>
      <Measure
        name="Time to answer"
        value={say((known) => milliseconds(known.latency_ms.p50))}
        note={totals && answerNote(totals)}
      >
        <Chart kind="lines" label="Time to answer over time" at={at} series={courses.answers} format={milliseconds} />
      </Measure>
    </Measures>
  )
}
