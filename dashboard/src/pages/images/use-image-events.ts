import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useApi, type CallResult } from '../../api/use-api.ts'
import { useFeed } from '../../api/use-feed.ts'

export type ImageEvent = CallResult<'getImagesV1WebhooksEvents'>['events'][number]

const limit = 50

/** What happened to an image, oldest first; what happens now appears by itself. */
export const useImageEvents = (imageId: string) => {
  const api = useApi()
  const queries = useQueryClient()
  const queryKey = ['events', imageId]
  const pages = useInfiniteQuery({
    queryKey,
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      api('getImagesV1WebhooksEvents', {
        query: { image_id: imageId, after: pageParam, limit: String(limit) },
        signal,
      }),
    getNextPageParam: ({ events, next }) => (events.length === limit ? next : undefined),
  })
  useFeed(() => void queries.invalidateQueries({ queryKey, exact: true }))
  return { pages, events: pages.data?.pages.flatMap((page) => page.events) }
}
