import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'

/** One webhook as the built-in receiver of `imagehooks dev` tells of it. */
export type Received = {
  readonly id: string
  readonly received_at: string
  readonly verified: boolean
  readonly status: number
  readonly summary: string
  readonly event: string | null
  readonly image_id: string | null
  readonly filename: string | null
  readonly preview: string | null
  readonly attempt: number | null
  readonly test: boolean
  /** `passed` is null where the header is not there. */
  readonly checks: readonly { readonly header: string; readonly passed: boolean | null; readonly explanation: string }[]
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
}

export type Inbox = {
  /** Newest first; undefined while nothing is known yet. */
  readonly received: readonly Received[] | undefined
  /** Whether what arrives is told at once; undefined while the connection is made for the first time. */
  readonly live: boolean | undefined
  /** Why what has arrived could not be read. */
  readonly error: Error | null
}

/** How many are kept on the page: what the server remembers. */
const kept = 200

const inboxKey = ['inbox'] as const

const readInbox = async (): Promise<readonly Received[]> => {
  const response = await fetch('/inbox/deliveries')
  const { deliveries }: { readonly deliveries: readonly Received[] } = await response.json()
  return deliveries
}

/** A stream begins with what is here already. */
const withNew = (before: readonly Received[], entry: Received): readonly Received[] =>
  before.some(({ id }) => id === entry.id) ? before : [entry, ...before].slice(0, kept)

/** What has arrived, and what arrives while the page is open. */
export const useInbox = (): Inbox => {
  const queries = useQueryClient()
  const [live, setLive] = useState<boolean>()
  // What is there comes all at once, so that nothing on the page moves for each.
  const read = useQuery({ queryKey: inboxKey, queryFn: readInbox, gcTime: 0, staleTime: Infinity })
  const { isSuccess } = read
  useEffect(() => {
    if (!isSuccess) return undefined
    const source = new EventSource('/inbox/events')
    source.addEventListener('open', () => setLive(true))
    source.addEventListener('error', () => setLive(false))
    source.addEventListener('message', ({ data }) => {
      const entry: Received = JSON.parse(String(data))
      queries.setQueryData<readonly Received[]>(inboxKey, (before) => withNew(before ?? [], entry))
    })
    return () => source.close()
  }, [isSuccess, queries])
  return { received: read.data, live, error: read.error }
}
