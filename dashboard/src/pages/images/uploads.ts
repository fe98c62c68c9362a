import { useSyncExternalStore } from 'react'
import { sendFile } from './send-file.ts'

/** A file on its way to the server. */
export type Upload = {
  readonly key: number
  readonly name: string
  readonly state: 'waiting' | 'sending' | 'done' | 'failed'
  /** How much of it was sent, 0 to 1. */
  readonly share: number
  /** Why it failed, in the server's own words. */
  readonly error?: string
  readonly imageId?: string
}

/** So many are sent at once; browsers open six connections, and the page needs some itself. */
const atOnce = 3

/** What is uploaded goes on while other pages are looked at, so it stands outside of all of them. */
const createUploads = () => {
  let uploads: readonly Upload[] = []
  let sendingCount = 0
  const waiting: (() => Promise<void>)[] = []
  const listeners = new Set<() => void>()

  const set = (next: readonly Upload[]): void => {
    uploads = next
    for (const listener of listeners) listener()
  }
  const change = (key: number, fields: Partial<Upload>): void =>
    set(uploads.map((upload) => (upload.key === key ? { ...upload, ...fields } : upload)))

  const send = async (key: number, address: string, file: File): Promise<void> => {
    change(key, { state: 'sending' })
    try {
      const image = await sendFile(address, file, (share) => change(key, { share }))
      change(key, { state: 'done', share: 1, imageId: image.id })
    } catch (error) {
      change(key, { state: 'failed', error: error instanceof Error ? error.message : String(error) })
    }
  }
  const goOn = (): void => {
    while (sendingCount < atOnce) {
      const next = waiting.shift()
      if (!next) return
      sendingCount += 1
      void next().finally(() => {
        sendingCount -= 1
        goOn()
      })
    }
  }

  let lastKey = 0
  return {
    /** Uploads files to the account whose path this is. */
    add(accountPath: string, files: readonly File[]): void {
      for (const file of files) {
        const key = ++lastKey
        set([...uploads, { key, name: file.name, state: 'waiting', share: 0 }])
        waiting.push(() => send(key, `${accountPath}/images/v1`, file))
      }
      goOn()
    },
    /** Forgets those that ended. */
    clear: (): void => set(uploads.filter(({ state }) => state === 'waiting' || state === 'sending')),
    subscribe(listener: () => void): () => void {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    list: (): readonly Upload[] => uploads,
  }
}

export const uploads = createUploads()

export const useUploads = (): readonly Upload[] => useSyncExternalStore(uploads.subscribe, uploads.list)
