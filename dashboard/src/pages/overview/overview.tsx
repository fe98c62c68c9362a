import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useApi } from '../../api/use-api.ts'
import { Choice } from '../../parts/choice.tsx'
import { Failure } from '../../parts/failure.tsx'
import { Page } from '../../parts/page.tsx'
import { Waiting } from '../../parts/waiting.tsx'
import { useSession } from '../../session/session-context.ts'
import { LatestDeliveries } from '../deliveries/latest-deliveries.tsx'
import { useImageCount } from '../images/image-lists.ts'
import { StatisticsMeasures } from '../statistics/measures.tsx'
import { windows, type StatisticsWindow } from '../statistics/windows.ts'
import { useEndpoints } from '../webhooks/endpoints.ts'
import { Attention } from './attention.tsx'
import { FirstSteps } from './first-steps.tsx'

const useStatistics = (window: StatisticsWindow) => {
  const api = useApi()
  return useQuery({
    queryKey: ['stats', window],
    queryFn: ({ signal }) => api('getImagesV1WebhooksStats', { query: { window }, signal }),
    refetchInterval: 15_000,
    placeholderData: (before) => before,
  })
}

/** What happens, and before it what needs attention. */
export const Overview = () => {
  const session = useSession()
  const [window, setWindow] = useState<StatisticsWindow>('24h')
  const statistics = useStatistics(window)
  const imageCount = useImageCount()
  const endpoints = useEndpoints()
  // What stands above the rest is known first, so that it pushes nothing down when it comes.
  const isKnown = !statistics.isPending && !imageCount.isPending && !endpoints.isPending
  return (
    <Page
      title="Overview"
      lead={
        <>
          {session.account_name !== session.account_id && session.account_name} <code>{session.account_id}</code>
        </>
      }
      actions={<Choice label="Time" options={windows} chosen={window} onChange={setWindow} />}
    >
      {!isKnown && <Waiting page />}
      {statistics.isError && <Failure error={statistics.error} retry={() => void statistics.refetch()} />}
      {isKnown && statistics.data && (
        <>
          <Attention attention={statistics.data.attention} window={statistics.data.window} />
          {imageCount.data !== undefined && endpoints.data && (
            <FirstSteps imageCount={imageCount.data} endpointCount={endpoints.data.webhooks.length} />
          )}
          <StatisticsMeasures statistics={statistics.data} withUploads />
          <LatestDeliveries />
        </>
      )}
    </Page>
  )
}
