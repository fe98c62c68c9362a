import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Api, CallInput, CallResult } from '../../api/use-api.ts'
import { useApi } from '../../api/use-api.ts'
import type { Tone } from '../../parts/badge.tsx'

/** An endpoint as the API shows it. */
export type Endpoint = CallResult<'getImagesV1WebhooksId'>

export type EndpointWish = NonNullable<Exclude<CallInput<'patchImagesV1WebhooksId'>['body'], FormData>>

const all = ['webhooks'] as const

/** An attempt may change the state of an endpoint at any time. */
const lookAgainMs = 5000

/** All endpoints, oldest first; their states are looked at again every few seconds. */
export const useEndpoints = () => {
  const api = useApi()
  return useQuery({
    queryKey: all,
    queryFn: ({ signal }) => api('getImagesV1Webhooks', { signal }),
    refetchInterval: lookAgainMs,
  })
}

export const useEndpoint = (id: string) => {
  const api = useApi()
  return useQuery({
    queryKey: [...all, id],
    queryFn: ({ signal }) => api('getImagesV1WebhooksId', { path: { id }, signal }),
    refetchInterval: lookAgainMs,
  })
}

/** How an endpoint fares, in the server's own paragraph. */
export const useEndpointExplanation = (id: string) => {
  const api = useApi()
  return useQuery({
    queryKey: [...all, id, 'explain'],
    queryFn: ({ signal }) => api('getImagesV1WebhooksIdExplain', { path: { id }, signal }),
    refetchInterval: lookAgainMs,
  })
}

/** Something that changes an endpoint; afterwards everything about endpoints is read anew. */
export const useEndpointChange = <Input, Result>(change: (api: Api, input: Input) => Promise<Result>) => {
  const api = useApi()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (input: Input) => change(api, input),
    onSettled: () => queries.invalidateQueries({ queryKey: all }),
  })
}

/** What to call an endpoint that may have no name. */
export const nameOf = ({ name, url }: Pick<Endpoint, 'name' | 'url'>): string => name || url

/** What an endpoint's state is called, and how it looks. */
export const stateOf = ({ state, failing_since }: Endpoint): { readonly tone: Tone; readonly word: string } => {
  if (state === 'suspended') return { tone: 'bad', word: 'suspended' }
  if (state === 'paused') return { tone: 'plain', word: 'paused' }
  return failing_since === null ? { tone: 'good', word: 'active' } : { tone: 'warn', word: 'failing' }
}
