import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { type Clock, systemClock } from '../domain/clock.ts'
import { AppError } from '../domain/errors.ts'
import { defaultLimits, type PixelLimits } from './limits.ts'
import { sanitiseSvg } from './sanitise-svg.ts'

/** Smaller drawings take a few milliseconds, less than a thread does to start. */
const smallBytes = 8192
/** JavaScript's heap in the thread: a drawing at its limit needs about half. */
const heapMegabytes = 256

// The thread's file has the ending that this one has, as sources and as built files.
const threadUrl = new URL(`./svg-thread${extname(import.meta.url)}`, import.meta.url)

const tooMuch = (cause?: unknown): AppError =>
  new AppError('image_undecodable', 'The SVG is too much to be made harmless; simplify it and upload it again.', {
    pointer: 'file',
    cause,
  })

/**
 * A drawing without all that could run, load or lead elsewhere; a large one in a thread of its own, which is killed
 * when it takes too long. Run it in a render queue.
 * @throws AppError `image_undecodable` when it takes more than the limits.
 */
export const sanitiseDrawing = async (
  bytes: Uint8Array,
  limits: PixelLimits = defaultLimits,
  clock: Clock = systemClock,
): Promise<Uint8Array> => {
  if (bytes.length > limits.svgBytes) throw tooMuch()
  if (bytes.length <= smallBytes) return sanitiseSvg(bytes)
  const thread = new Worker(threadUrl, {
    workerData: bytes,
    resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
    env: {},
    execArgv: [],
  })
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
  const cancelTimer = clock.after(limits.workSeconds * 1000, () => reject(tooMuch()))
  thread.once('message', resolve)
  thread.once('error', (cause) => reject(tooMuch(cause)))
  thread.once('exit', () => reject(tooMuch()))
  try {
    return await promise
  } finally {
    cancelTimer()
    await thread.terminate()
  }
}
