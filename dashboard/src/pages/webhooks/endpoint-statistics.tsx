import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useApi } from '../../api/use-api.ts'
import { Choice } from '../../parts/choice.tsx'
import { Failure } from '../../parts/failure.tsx'
import { StatisticsMeasures } from '../statistics/measures.tsx'
import { windows, type StatisticsWindow } from '../statistics/windows.ts'
import styles from './webhook.module.css'

/** An endpoint's figures and their course. */
export const EndpointStatistics = ({ id }: { readonly id: string }) => {
  const api = useApi()
  const [window, setWindow] = useState<StatisticsWindow>('24h')
  const statistics = useQuery({
    queryKey: ['webhooks', id, 'stats', window],
    queryFn: ({ signal }) => api('getImagesV1WebhooksIdStats', { path: { id }, query: { window }, signal }),
    refetchInterval: 30_000,
    placeholderData: (before) => before,
  })
  return (
    <>
      <div className={styles['head']}>
        <Choice label="Time" options={windows} chosen={window} onChange={setWindow} />
      </div>
      {statistics.isError && <Failure error={statistics.error} retry={() => void statistics.refetch()} />}
      <StatisticsMeasures statistics={statistics.data} />
    </>
  )
}
