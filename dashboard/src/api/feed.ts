/** What may happen to an image; each is an event of the stream by this name. */
const types = ['image.uploaded', 'image.upload_failed', 'image.updated', 'image.deleted'] as const

type Feed = { readonly listeners: Set<() => void>; readonly stop: () => void }

/** Those that are listened to, by the path of their account. */
const feeds = new Map<string, Feed>()

/**
 * Listens while the page is in sight: a browser opens six connections to a server, and tabs in the background would take
 * them all. Back in sight, the listeners are told once of whatever they have missed.
 */
const openFeed = (accountPath: string): Feed => {
  const listeners = new Set<() => void>()
  const tell = (): void => {
    for (const listener of listeners) listener()
  }
  let source: EventSource | undefined
  const look = (): void => {
    if (document.hidden) {
      source?.close()
      source = undefined
      return
    }
    if (source) return
    source = new EventSource(`${accountPath}/images/v1/webhooks/events?after=latest`)
    for (const type of types) source.addEventListener(type, tell)
  }
  const lookAgain = (): void => {
    look()
    if (!document.hidden) tell()
  }
  look()
  document.addEventListener('visibilitychange', lookAgain)
  return {
    listeners,
    stop() {
      document.removeEventListener('visibilitychange', lookAgain)
      source?.close()
    },
  }
}

/**
 * Calls back whenever an event of the account has happened, until the answer is called. All listeners of a page share one
 * stream; the browser connects it again by itself.
 */
export const listenToFeed = (accountPath: string, listener: () => void): (() => void) => {
  const feed = feeds.get(accountPath) ?? openFeed(accountPath)
  feeds.set(accountPath, feed)
  feed.listeners.add(listener)
  return () => {
    feed.listeners.delete(listener)
    if (feed.listeners.size > 0) return
    feed.stop()
    feeds.delete(accountPath)
  }
}
