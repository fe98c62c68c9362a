import { useInfiniteQuery, useQuery, useQueryClient, type InfiniteData, type QueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useApi, type CallResult } from '../../api/use-api.ts'
import { useFeed } from '../../api/use-feed.ts'
import type { Image } from './image.ts'
import type { ImageSearch } from './image-search.ts'

type ImagePage = CallResult<'getImagesV2'>

const lists = ['images', 'list'] as const
const countKey = ['images', 'count'] as const

const perPage = '120'

/** As many pages are cheap to read anew; with more, somebody has scrolled and nothing may move below them. */
const fewPages = 2

const isShort = (data: InfiniteData<ImagePage> | undefined): boolean => (data?.pages.length ?? 0) <= fewPages

type PageQuery = Record<string, string>

const queryOf = ({ by, field, text }: ImageSearch): PageQuery => {
  if (text === '') return {}
  if (by === 'creator') return { creator: text }
  return by === 'meta' ? { [`meta.${field}[eq]`]: text } : {}
}

/** The images that are searched for, newest first, page by page; and whether newer things happened meanwhile. */
export const useImages = (search: ImageSearch) => {
  const api = useApi()
  const queries = useQueryClient()
  const [outdated, setOutdated] = useState(false)
  const queryKey = [...lists, search]
  const byId = search.by === 'id' && search.text !== ''
  const pages = useInfiniteQuery({
    queryKey,
    initialPageParam: '',
    queryFn: async ({ pageParam, signal }): Promise<ImagePage> => {
      if (byId) {
        const image = await api('getImagesV1ImageId', { path: { image_id: search.text }, signal })
        return { images: [image], continuation_token: null }
      }
      const query = { per_page: perPage, continuation_token: pageParam, ...queryOf(search) }
      return api('getImagesV2', { query, signal })
    },
    getNextPageParam: (page) => page.continuation_token ?? undefined,
    staleTime: Infinity,
    refetchOnMount: (query) => (isShort(query.state.data) ? 'always' : false),
  })
  const refresh = (): void => {
    setOutdated(false)
    void queries.resetQueries({ queryKey, exact: true })
  }
  useFeed(() => {
    void queries.invalidateQueries({ queryKey: countKey })
    if (isShort(queries.getQueryData<InfiniteData<ImagePage>>(queryKey)))
      void queries.invalidateQueries({ queryKey, exact: true })
    else setOutdated(true)
  })
  const images = useMemo(() => pages.data?.pages.flatMap((page) => page.images), [pages.data])
  return { pages, images, outdated, refresh }
}

/** How many images the account has. */
export const useImageCount = () => {
  const api = useApi()
  return useQuery({
    queryKey: countKey,
    queryFn: ({ signal }) => api('getImagesV1Stats', { signal }),
    select: ({ count }) => count.current,
  })
}

/** Puts a changed image, or none for one that was removed, in its place in every list that was read. */
export const changeInLists = (queries: QueryClient, id: string, change: Image | undefined): void => {
  queries.setQueriesData<InfiniteData<ImagePage>>({ queryKey: lists }, (data) => {
    if (!data) return data
    const changed = (page: ImagePage): ImagePage => ({
      ...page,
      images: page.images.flatMap((image) => (image.id === id ? (change ?? []) : image)),
    })
    return { ...data, pages: data.pages.map(changed) }
  })
  void queries.invalidateQueries({ queryKey: countKey })
}
