import { useQuery } from '@tanstack/react-query'
import { useApi, type CallResult } from '../../api/use-api.ts'

export type Replay = CallResult<'getImagesV1WebhooksIdReplays'>['replays'][number]

export const replaysKey = (endpointId: string): readonly string[] => ['replays', endpointId]

/** The replays of an endpoint, newest first; looked at each second while one runs. */
export const useReplays = (endpointId: string) => {
  const api = useApi()
  return useQuery({
    queryKey: replaysKey(endpointId),
    queryFn: ({ signal }) => api('getImagesV1WebhooksIdReplays', { path: { id: endpointId }, signal }),
    refetchInterval: (query) => (query.state.data?.replays.some(({ finished }) => finished === null) ? 1000 : 30_000),
  })
}
