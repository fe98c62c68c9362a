import type { ByteRange } from './blob-store.ts'
import type { OpenFile } from './file-system.ts'

/**
 * The chunks of `source` until the signal aborts; then its reason is thrown, even while the source is silent. The
 * source is told to stop however this ends.
 */
export async function* untilAborted(
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  if (!signal) {
    yield* source
    return
  }
  signal.throwIfAborted()
  const chunks = source[Symbol.asyncIterator]()
  const aborted = Promise.withResolvers<never>()
  const abort = (): void => aborted.reject(signal.reason)
  // Whoever waits at that moment hears of it; with nobody waiting it is no failure.
  aborted.promise.catch(() => undefined)
  signal.addEventListener('abort', abort, { once: true })
  try {
    for (;;) {
      const next = await Promise.race([chunks.next(), aborted.promise])
      if (next.done) return
      yield next.value
    }
  } finally {
    signal.removeEventListener('abort', abort)
    const stopped = chunks.return?.()
    // A silent source may never answer, and what it says after its end concerns nobody.
    if (signal.aborted) stopped?.catch(() => undefined)
    else await stopped
  }
}

const chunkBytes = 65_536

/** A file's bytes as a stream that reads as fast as it is drained and closes the file at its end, failure or cancel. */
export const streamOf = (file: OpenFile, range: ByteRange): ReadableStream<Uint8Array> => {
  const end = Math.min(range.end, file.sizeBytes)
  let position = Math.max(0, range.start)
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const wanted = Math.min(chunkBytes, end - position)
          const bytes = wanted > 0 ? await file.read(position, wanted) : new Uint8Array()
          position += bytes.length
          if (bytes.length > 0) controller.enqueue(bytes)
          else if (wanted > 0) throw new Error(`the file ended ${wanted} bytes early`)
          if (position >= end) {
            await file.close()
            controller.close()
          }
        } catch (error) {
          await file.close()
          throw error
        }
      },
      cancel: () => file.close(),
    },
    { highWaterMark: 0 },
  )
}
