import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useApi } from '../../api/use-api.ts'
import { Card } from '../../parts/card.tsx'
import { Chart } from '../../parts/chart.tsx'
import { Choice } from '../../parts/choice.tsx'
import { Failure } from '../../parts/failure.tsx'
import { Figure, Figures } from '../../parts/figure.tsx'
import { count, milliseconds, percent } from '../../parts/numbers.ts'
import { Page } from '../../parts/page.tsx'
import { Waiting } from '../../parts/waiting.tsx'
import { useSession } from '../../session/session-context.ts'
import { Deliveries } from '../webhooks/deliveries.tsx'
import { windows, type StatisticsWindow } from '../webhooks/windows.ts'
import { Attention } from './attention.tsx'
import styles from './overview.module.css'

/** What happens, and before it what needs attention. */
export const Overview = () => {
  const api = useApi()
  const session = useSession()
  const [window, setWindow] = useState<StatisticsWindow>('24h')
  const stats = useQuery({
    queryKey: ['stats', window],
    queryFn: ({ signal }) => api('getImagesV1WebhooksStats', { query: { window }, signal }),
    refetchInterval: 15_000,
    placeholderData: (before) => before,
  })
  const series = stats.data?.series
  const charts = useMemo(
    () =>
      series && {
        at: series.map(({ at }) => at),
        uploads: [
          { label: 'Images', colour: '--accent', area: true, values: series.map((point) => point.images_uploaded) },
        ],
        attempts: [
          { label: 'Succeeded', colour: '--good', area: true, values: series.map((point) => point.attempts_succeeded) },
          { label: 'Failed', colour: '--bad', area: true, values: series.map((point) => point.attempts_failed) },
        ],
        latency: [
          { label: 'p50', colour: '--info', values: series.map((point) => point.latency_ms.p50) },
          { label: 'p95', colour: '--accent', values: series.map((point) => point.latency_ms.p95) },
          { label: 'p99', colour: '--bad', values: series.map((point) => point.latency_ms.p99) },
        ],
      },
    [series],
  )
  return (
    <Page
      title="Overview"
      lead={session.account_name || session.account_id}
      actions={<Choice label="Time" options={windows} chosen={window} onChange={setWindow} />}
    >
      {stats.isError && <Failure error={stats.error} retry={() => void stats.refetch()} />}
      {stats.isPending && <Waiting lines={10} />}
      {stats.data && charts && (
        <>
          <Attention attention={stats.data.attention} />
          <Figures>
            <Figure name="Uploads" value={count(stats.data.totals.images_uploaded)} />
            <Figure name="Deliveries" value={count(stats.data.totals.deliveries_succeeded)} note="succeeded" />
            <Figure
              name="Success"
              value={percent(stats.data.totals.success_rate)}
              note="of attempts"
              {...((stats.data.totals.success_rate ?? 1) < 0.95 && { tone: 'bad' as const })}
            />
            <Figure
              name="Dead"
              value={count(stats.data.totals.deliveries_dead)}
              note="given up"
              {...(stats.data.totals.deliveries_dead > 0 && { tone: 'bad' as const })}
            />
            <Figure name="Answer, p50" value={milliseconds(stats.data.totals.latency_ms.p50)} />
            <Figure name="Answer, p99" value={milliseconds(stats.data.totals.latency_ms.p99)} />
          </Figures>
          <div className={styles['charts']}>
            <Card title="Uploads">
              <Chart label="Images uploaded over time" at={charts.at} lines={charts.uploads} />
            </Card>
            <Card title="Attempts">
              <Chart label="Attempts over time" at={charts.at} lines={charts.attempts} />
            </Card>
            <Card title="Time to answer">
              <Chart label="Time to answer over time" at={charts.at} lines={charts.latency} format={milliseconds} />
            </Card>
          </div>
        </>
      )}
      <Deliveries />
    </Page>
  )
}
