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
  readonly checks: readonly { readonly header: string; readonly passed: boolean; readonly explanation: string }[]
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
}

/** How many are kept on the page: what the server remembers. */
const kept = 200

/** Whether this server has a built-in receiver: `imagehooks dev` does. */
export const hasInbox = async (): Promise<boolean> => {
  const response = await fetch('/inbox/deliveries')
  return response.ok && response.headers.get('content-type')?.startsWith('application/json') === true
}

/** What has arrived, newest first, and what arrives while the page is open. */
export const useInbox = (): { readonly received: readonly Received[]; readonly live: boolean } => {
  const [received, setReceived] = useState<readonly Received[]>([])
  const [live, setLive] = useState(false)
  useEffect(() => {
    const source = new EventSource('/inbox/events')
    source.addEventListener('open', () => setLive(true))
    source.addEventListener('error', () => setLive(false))
    source.addEventListener('message', ({ data }) => {
      const entry: Received = JSON.parse(String(data))
      // A stream that begins again tells once more what is here already.
      setReceived((before) => [entry, ...before.filter(({ id }) => id !== entry.id)].slice(0, kept))
    })
    return () => source.close()
  }, [])
  return { received, live }
}
