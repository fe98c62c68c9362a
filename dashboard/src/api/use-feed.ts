import { useEffect, useRef } from 'react'
import { useAccountPath } from '../session/session-context.ts'

/** Calls back when an event of the account happens, as long as the page is shown; the browser connects again by itself. */
export const useFeed = (onEvent: () => void): void => {
  const path = useAccountPath()
  const latest = useRef(onEvent)
  useEffect(() => {
    latest.current = onEvent
  })
  useEffect(() => {
    const source = new EventSource(`${path}/images/v1/webhooks/events?after=latest`)
    const hear = (): void => latest.current()
    const types = ['image.uploaded', 'image.upload_failed', 'image.updated', 'image.deleted']
    for (const type of types) source.addEventListener(type, hear)
    return () => source.close()
  }, [path])
}
