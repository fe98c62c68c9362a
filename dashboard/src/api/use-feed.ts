import { useEffect, useRef } from 'react'
import { useAccountPath } from '../session/session-context.ts'
import { listenToFeed } from './feed.ts'

/** Events come in bursts, and one look shows them all. */
const gatherMs = 200

/** Calls back when events of the account have happened, as long as the page is shown. */
export const useFeed = (onEvents: () => void): void => {
  const path = useAccountPath()
  const latest = useRef(onEvents)
  useEffect(() => {
    latest.current = onEvents
  })
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = listenToFeed(path, () => {
      timer ??= setTimeout(() => {
        timer = undefined
        latest.current()
      }, gatherMs)
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [path])
}
