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
  /** Whether what arrives is told at once. */
  readonly live: boolean
}

/** How many are kept on the page: what the server remembers. */
const kept = 200

/** A stream that begins again tells once more what is here already. */
const withNew = (before: readonly Received[], entry: Received): readonly Received[] =>
  [entry, ...before.filter(({ id }) => id !== entry.id)].slice(0, kept)

/** What has arrived, and what arrives while the page is open. */
export const useInbox = (): Inbox => {
  const [received, setReceived] = useState<readonly Received[]>()
  const [live, setLive] = useState(false)
  useEffect(() => {
    const source = new EventSource('/inbox/events')
    source.addEventListener('open', () => {
      setLive(true)
      setReceived((before) => before ?? [])
    })
    source.addEventListener('error', () => setLive(false))
    source.addEventListener('message', ({ data }) => {
      const entry: Received = JSON.parse(String(data))
      setReceived((before) => withNew(before ?? [], entry))
    })
    return () => source.close()
  }, [])
  return { received, live }
}
