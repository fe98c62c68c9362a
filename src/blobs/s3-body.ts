import type { Clock } from '../domain/clock.ts'
import { StorageError, unavailable } from './s3-error.ts'

/** How long the storage may stay silent in the middle of an answer. */
const silenceMs = 30_000

/** A broken connection as a failure of the storage; failures that have their sentence pass unchanged. */
const brokenOff = (cause: unknown): StorageError =>
  cause instanceof StorageError
    ? cause
    : new StorageError('The storage broke off in the middle of an answer.', { mayPass: true, cause })

const wrongLength = (expectedBytes: number): StorageError =>
  new StorageError(`The storage did not send the ${expectedBytes} bytes that it had announced.`, { mayPass: true })

/**
 * A whole body in memory.
 * @throws StorageError when it is over `maxBytes` or the connection breaks.
 */
export const readBytes = async (response: Response, maxBytes: number): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  try {
    for await (const chunk of response.body ?? []) {
      sizeBytes += chunk.length
      if (sizeBytes > maxBytes)
        throw new StorageError(`The storage answered with over ${maxBytes} bytes.`, { mayPass: false })
      chunks.push(chunk)
    }
  } catch (error) {
    throw brokenOff(error)
  }
  return Buffer.concat(chunks)
}

/** As `readBytes`, for a body whose size was announced: fewer bytes are no success either. */
export const readExactly = async (response: Response, sizeBytes: number): Promise<Uint8Array> => {
  const bytes = await readBytes(response, sizeBytes)
  if (bytes.length !== sizeBytes) throw wrongLength(sizeBytes)
  return bytes
}

/** As `readBytes`, as text. */
export const readText = async (response: Response, maxBytes: number): Promise<string> =>
  new TextDecoder().decode(await readBytes(response, maxBytes))

const longestDrainBytes = 65_536

/** Reads a body that nobody wants, so that its connection can be used again; one that was read already is left alone. */
export const drain = async (response: Response): Promise<void> => {
  if (!response.bodyUsed) await readBytes(response, longestDrainBytes)
}

/**
 * A body as it is drained: it fails when the connection breaks, when the storage is silent for 30 s while somebody
 * waits for it, and when it is not `sizeBytes` long. Never a part that looks like the whole.
 */
export const streamBody = (response: Response, sizeBytes: number, clock: Clock): ReadableStream<Uint8Array> => {
  const reader = (response.body ?? new Blob([]).stream()).getReader()
  let missingBytes = sizeBytes
  const next = async () => {
    const silence = Promise.withResolvers<never>()
    const cancelTimer = clock.after(silenceMs, () =>
      silence.reject(new StorageError('The storage fell silent in the middle of an answer.', { mayPass: true })),
    )
    try {
      return await Promise.race([reader.read(), silence.promise])
    } finally {
      cancelTimer()
    }
  }
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await next()
          missingBytes -= value?.length ?? 0
          if (missingBytes < 0 || (done && missingBytes > 0)) throw wrongLength(sizeBytes)
          if (done) controller.close()
          else controller.enqueue(value)
        } catch (error) {
          // The connection is of no more use, and what it says at its end concerns nobody.
          reader.cancel().catch(() => undefined)
          throw unavailable(brokenOff(error))
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
}
