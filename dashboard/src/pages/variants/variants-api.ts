import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useApi, type Api, type CallInput, type CallResult } from '../../api/use-api.ts'

/** A variant as the API shows it. */
export type Variant = CallResult<'getImagesV1VariantsVariantIdFlat'>

export type NewVariant = NonNullable<Exclude<CallInput<'postImagesV1Variants'>['body'], FormData>>

const all = ['variants'] as const

/** All variants of the account, `public` first, then by name. */
export const useVariants = () => {
  const api = useApi()
  return useQuery({
    queryKey: all,
    queryFn: async ({ signal }) => {
      const { variants } = await api('getImagesV1Variants', { signal })
      return Object.values(variants).toSorted(
        (one, other) => Number(other.id === 'public') - Number(one.id === 'public'),
      )
    },
    staleTime: 60_000,
  })
}

/** Something that changes variants; afterwards they are read anew, and every image, whose URLs they decide. */
export const useVariantChange = <Input, Result>(change: (api: Api, input: Input) => Promise<Result>) => {
  const api = useApi()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (input: Input) => change(api, input),
    onSuccess: () => {
      queries.removeQueries({ queryKey: ['images'] })
      return queries.invalidateQueries({ queryKey: all })
    },
  })
}
