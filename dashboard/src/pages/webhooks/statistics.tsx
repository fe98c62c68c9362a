import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useApi } from '../../api/use-api.ts'
import { Card } from '../../parts/card.tsx'
import { Chart } from '../../parts/chart.tsx'
import { Choice } from '../../parts/choice.tsx'
import { Failure } from '../../parts/failure.tsx'
import { Figure, Figures } from '../../parts/figure.tsx'
import { count, milliseconds, percent } from '../../parts/numbers.ts'
import { Waiting } from '../../parts/waiting.tsx'
import { windows, type StatisticsWindow } from './windows.ts'
import styles from './statistics.module.css'

/** An endpoint's figures and their course. */
export const EndpointStatistics = ({ id }: { readonly id: string }) => {
  const api = useApi()
  const [window, setWindow] = useState<StatisticsWindow>('24h')
  const stats = useQuery({
    queryKey: ['webhooks', id, 'stats', window],
    queryFn: ({ signal }) => api('getImagesV1WebhooksIdStats', { path: { id }, query: { window }, signal }),
    refetchInterval: 30_000,
    placeholderData: (before) => before,
  })
  const series = stats.data?.series
  const charts = useMemo(() => {
    if (!series) return undefined
    return {
      at: series.map(({ at }) => at),
      attempts: [
        { label: 'Succeeded', colour: '--good', area: true, values: series.map((point) => point.attempts_succeeded) },
        { label: 'Failed', colour: '--bad', area: true, values: series.map((point) => point.attempts_failed) },
      ],
      latency: [
        { label: 'p50', colour: '--info', values: series.map((point) => point.latency_ms.p50) },
        { label: 'p95', colour: '--accent', values: series.map((point) => point.latency_ms.p95) },
        { label: 'p99', colour: '--bad', values: series.map((point) => point.latency_ms.p99) },
      ],
    }
  }, [series])
  if (stats.isError) return <Failure error={stats.error} retry={() => void stats.refetch()} />
  if (!stats.data || !charts) return <Waiting lines={8} />
  const { totals } = stats.data
  return (
    <>
      <div className={styles['head']}>
        <Choice label="Time" options={windows} chosen={window} onChange={setWindow} />
      </div>
      <Figures>
        <Figure name="Attempts" value={count(totals.attempts)} />
        <Figure
          name="Success"
          value={percent(totals.success_rate)}
          {...(totals.success_rate !== null && totals.success_rate < 0.95 && { tone: 'bad' as const })}
        />
        <Figure name="Deliveries" value={count(totals.deliveries_succeeded)} note="succeeded" />
        <Figure
          name="Dead"
          value={count(totals.deliveries_dead)}
          note="given up"
          {...(totals.deliveries_dead > 0 && { tone: 'bad' as const })}
        />
        <Figure name="Answer, p50" value={milliseconds(totals.latency_ms.p50)} />
        <Figure name="Answer, p99" value={milliseconds(totals.latency_ms.p99)} />
      </Figures>
      <div className={styles['charts']}>
        <Card title="Attempts">
          <Chart label="Attempts over time" at={charts.at} lines={charts.attempts} />
        </Card>
        <Card title="Time to answer">
          <Chart label="Time to answer over time" at={charts.at} lines={charts.latency} format={milliseconds} />
        </Card>
      </div>
    </>
  )
}
