import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { ApiError } from '../../api/ask.ts'
import { useApi } from '../../api/use-api.ts'
import type { EndpointWish } from './endpoints.ts'

/** Nobody wants to be told of an unfinished word. */
const pauseMs = 400

const useSettled = <Value>(value: Value): Value => {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), pauseMs)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}

/** Has the server judge what is typed, whenever the typing pauses; undefined while there is nothing to say. */
export const useCheck = (wish: EndpointWish): ApiError | undefined => {
  const api = useApi()
  const settled = useSettled(JSON.stringify(wish))
  const check = useQuery({
    queryKey: ['endpoint-check', settled],
    queryFn: async ({ signal }) => {
      try {
        await api('postImagesV1WebhooksCheck', { body: JSON.parse(settled), signal })
        return null
      } catch (error) {
        // A refusal is what was asked for; anything else shows when the form is sent.
        return error instanceof ApiError && error.pointer !== undefined ? error : null
      }
    },
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  })
  return check.data ?? undefined
}
