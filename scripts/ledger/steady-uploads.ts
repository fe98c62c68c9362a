import { setTimeout as sleep } from 'node:timers/promises'
import type { Api } from '../demo/api.ts'
import { distinctPhotos } from '../demo/distinct-photos.ts'
import type { Books } from './books.ts'

/** Different pictures; each is uploaded again and again. */
const photoCount = 32

/** Uploads under way; while so many wait for a server that is away, no more begin. */
const uploadLimit = 32

/** Uploads that go on until they are stopped. */
export type SteadyUploads = {
  /** Begins no more; resolves when each that began was answered or broken off. */
  stop(): Promise<void>
}

/** Begins so many uploads a second and enters in the books what became of each. One that breaks is not repeated. */
export const startUploads = async (api: Api, books: Books, perSecond: number): Promise<SteadyUploads> => {
  const photos = await distinctPhotos(photoCount)
  const running = new Set<Promise<void>>()
  let isStopped = false
  const upload = async (photo: Blob, filename: string): Promise<void> => {
    try {
      const { id } = await api.upload(photo, filename)
      books.acknowledged.set(id, photo)
    } catch {
      // Nobody was promised anything.
      books.brokenCount += 1
    }
  }
  const run = async (): Promise<void> => {
    for (let count = 0; !isStopped; count++) {
      const photo = photos[count % photoCount]
      if (photo && running.size < uploadLimit) {
        const uploading = upload(photo, `photo-${count + 1}.jpg`).finally(() => running.delete(uploading))
        running.add(uploading)
      }
      await sleep(1000 / perSecond)
    }
  }
  const all = run()
  return {
    async stop() {
      isStopped = true
      await all
      await Promise.all(running)
    },
  }
}
