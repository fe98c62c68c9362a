import type { Event } from '../domain/event.ts'
import type { Database } from '../store/database.ts'
import { findEvents } from '../store/events.ts'

/** Reads the event of a delivery that is about to be sent; undefined when there is none any more. */
export type ReadEvent = (id: string) => Promise<Event | undefined>

type Waiting = { readonly resolve: (event: Event | undefined) => void; readonly reject: (error: unknown) => void }

/** One event read once for all who ask in one turn of the event loop, together with the others that are asked for. */
export const createEventReader = (database: Database): ReadEvent => {
  let waiting = new Map<string, Waiting[]>()

  const readAll = async (): Promise<void> => {
    const asked = waiting
    waiting = new Map()
    try {
      const found = await findEvents(database, [...asked.keys()])
      for (const [id, all] of asked) for (const { resolve } of all) resolve(found.get(id))
    } catch (error) {
      for (const { reject } of [...asked.values()].flat()) reject(error)
    }
  }

  return (id) =>
    new Promise((resolve, reject) => {
      if (waiting.size === 0) setImmediate(() => void readAll())
      const others = waiting.get(id)
      if (others) others.push({ resolve, reject })
      else waiting.set(id, [{ resolve, reject }])
    })
}
