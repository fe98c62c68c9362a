import { Client, type ClientConfig } from 'pg'
import type { Clock } from '../domain/clock.ts'
import { noticeTopics, type Notice, type NoticeTopic } from './database.ts'

const channel = 'imagehooks'
/** PostgreSQL takes 7,999 bytes; ids of ours have about thirty. */
const idsPerPayload = 200
/** More ids than this are not worth a message: pollers find them within a second. */
const idsPerRound = 2000
const firstRetryMs = 100
const longestRetryMs = 5000

export type Notices = {
  notify(notice: Notice): void
  listen(hear: (notice: Notice) => void): () => void
  close(): Promise<void>
}

const isTopic = (text: string | undefined): text is NoticeTopic => noticeTopics.some((topic) => topic === text)

/**
 * Notices between the processes on one database, over one connection of their own that is made anew when it is lost.
 * Whoever listens in this process is told at once; the others get what has gathered in one message, sent in a statement
 * of its own, since a notification inside a transaction makes all commits queue for one lock.
 */
export const createNotices = (settings: ClientConfig, clock: Clock): Notices => {
  const listeners = new Set<(notice: Notice) => void>()
  const unsent = new Map<NoticeTopic, Set<string>>(noticeTopics.map((topic) => [topic, new Set()]))
  let connected: Client | undefined
  let opening: Promise<void> | undefined
  let sending: Promise<void> | undefined
  let cancelRetry = (): void => {}
  let retryMs = firstRetryMs
  let closed = false

  const tell = (notice: Notice): void => {
    for (const hear of listeners) hear(notice)
  }

  const hearOthers = (own: number) => (message: { processId: number; payload?: string | undefined }) => {
    const [topic, ...ids] = (message.payload ?? '').split(' ')
    if (message.processId !== own && isTopic(topic)) tell({ topic, ids })
  }

  const retry = (): void => {
    connected = undefined
    if (closed) return
    cancelRetry()
    cancelRetry = clock.after(retryMs, open)
    retryMs = Math.min(retryMs * 2, longestRetryMs)
  }

  const open = (): void => {
    opening = (async () => {
      const client = new Client(settings)
      client.on('error', () => {})
      try {
        await client.connect()
        const own = await client.query<{ pid: number }>(`select pg_backend_pid() as pid`)
        client.on('notification', hearOthers(own.rows[0]?.pid ?? 0))
        await client.query(`listen ${channel}`)
        client.once('end', retry)
        connected = client
        retryMs = firstRetryMs
        send()
      } catch {
        // Notices may be lost; the pool tells that the database is away.
        await client.end()
        retry()
      }
    })()
  }

  /** The first who tells or listens opens the connection; a command that does neither needs none. */
  const openOnce = (): void => {
    if (!opening && !closed) open()
  }

  const takePayloads = (): string[] => {
    const payloads: string[] = []
    for (const [topic, ids] of unsent) {
      const all = [...ids].slice(0, idsPerRound)
      ids.clear()
      for (let at = 0; at < all.length; at += idsPerPayload)
        payloads.push([topic, ...all.slice(at, at + idsPerPayload)].join(' '))
    }
    return payloads
  }

  /** One message at a time: what comes meanwhile gathers for the next. */
  const send = (): void => {
    if (sending || !connected) return
    const payloads = takePayloads()
    if (payloads.length === 0) return
    const client = connected
    sending = Promise.all(payloads.map((payload) => client.query('select pg_notify($1, $2)', [channel, payload])))
      .then(
        () => {},
        () => {},
      )
      .finally(() => {
        sending = undefined
        send()
      })
  }

  return {
    notify(notice) {
      tell(notice)
      const ids = unsent.get(notice.topic)
      for (const id of notice.ids) if (ids && ids.size < idsPerRound) ids.add(id)
      openOnce()
      setImmediate(send)
    },
    listen(hear) {
      listeners.add(hear)
      openOnce()
      return () => void listeners.delete(hear)
    },
    async close() {
      closed = true
      cancelRetry()
      await opening
      await sending
      await connected?.end()
    },
  }
}
