import { keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useApi } from '../../api/use-api.ts'
import { useFeed } from '../../api/use-feed.ts'
import { noFilter, type DeliveryFilter } from './delivery-filter.ts'

export type DeliveryScope = {
  /** Those of one endpoint, or of one image; neither: the whole account's. */
  readonly endpointId?: string | undefined
  readonly imageId?: string | undefined
  readonly filter?: DeliveryFilter
  /** Of one page. */
  readonly limit?: number
}

/** As many pages are read anew while somebody looks; with more they have gone back in time, and nothing may move. */
const fewPages = 2
/** A page is a look at some thousands of deliveries; where a filter leaves few of them, more looks follow by themselves. */
const sparse = 10
const mostLooks = 25

const sinceOf = ({ span }: DeliveryFilter): { since?: string } =>
  span === '' ? {} : { since: new Date(Date.now() - Number(span)).toISOString() }

/** Deliveries, newest first; new ones come by themselves. */
export const useDeliveries = ({ endpointId, imageId, filter = noFilter, limit = 50 }: DeliveryScope) => {
  const api = useApi()
  const queries = useQueryClient()
  const [isOutdated, setOutdated] = useState(false)
  const queryKey = ['deliveries', { endpointId, imageId, filter, limit }]
  const pages = useInfiniteQuery({
    queryKey,
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => {
      const { state, event } = filter
      const query = {
        per_page: String(limit),
        continuation_token: pageParam,
        ...(state !== '' && { state }),
        ...(event !== '' && { event }),
        ...sinceOf(filter),
        ...(imageId !== undefined && { image_id: imageId }),
      }
      return endpointId === undefined
        ? api('getImagesV1WebhooksDeliveries', { query, signal })
        : api('getImagesV1WebhooksIdDeliveries', { path: { id: endpointId }, query, signal })
    },
    getNextPageParam: (page) => page.continuation_token ?? undefined,
    placeholderData: keepPreviousData,
    // Attempts end without an event of the feed; a look now and then shows how pending ones went.
    refetchInterval: (query) => ((query.state.data?.pages.length ?? 0) <= fewPages ? 5000 : false),
  })
  const { data, hasNextPage, isFetching, isError, fetchNextPage } = pages
  const lookedCount = data?.pages.length ?? 0
  const deliveries = data?.pages.flatMap((page) => page.deliveries)
  const isLooking = hasNextPage && (deliveries?.length ?? 0) < Math.min(sparse, limit) && lookedCount < mostLooks
  useEffect(() => {
    if (isLooking && !isFetching && !isError) void fetchNextPage()
  }, [isLooking, isFetching, isError, fetchNextPage])
  useFeed(() => {
    if (lookedCount <= fewPages) void queries.invalidateQueries({ queryKey, exact: true })
    else setOutdated(true)
  })
  const showNewest = (): void => {
    setOutdated(false)
    void queries.resetQueries({ queryKey, exact: true })
  }
  return { pages, deliveries, isLooking, isOutdated, showNewest }
}
