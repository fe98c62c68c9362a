import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Metadata } from 'sharp'
import { systemClock, type Clock } from '../domain/clock.ts'
import { AppError } from '../domain/errors.ts'
import { uprightTiff } from './exif.ts'
import type { PixelLimits } from './limits.ts'
import { createRenderQueue } from './render-queue.ts'

/** What the decoding thread is given. */
export type HeicTask = {
  readonly bytes: Uint8Array
  /** The size that was judged, after the rotation that the file asks for. */
  readonly width: number
  readonly height: number
  /** What the decoder may hold, without the pixels that come of it. */
  readonly memoryBytes: number
  /** False where only the proof that the file can be decoded is wanted. */
  readonly pngWanted: boolean
  readonly icc: Uint8Array | undefined
  readonly exif: Uint8Array | undefined
}

/** What it answers, once. */
export type HeicReply =
  | { readonly outcome: 'decoded'; readonly png: Uint8Array<ArrayBuffer> }
  | { readonly outcome: 'broken' }

/** JavaScript's own heap in the thread. Pixels do not count: they are kept outside of it. */
const heapMegabytes = 64

/** A photo of 12 megapixels holds a quarter of a gigabyte while it is decoded, so one at a time in the whole process. */
const lane = createRenderQueue({ workers: 1, maxWaiting: 256 })

// The thread's file has the ending that this one has, as sources and as built files.
const threadUrl = new URL(`./heic-thread${extname(import.meta.url)}`, import.meta.url)

const refuse = (message: string, cause?: unknown): AppError =>
  new AppError('image_undecodable', message, { pointer: 'file', cause })

const broken = (cause?: unknown): AppError =>
  refuse('The image is broken or cut off; export it again and upload it.', cause)

const runThread = (task: HeicTask, limits: PixelLimits, clock: Clock): Promise<Uint8Array<ArrayBuffer>> =>
  new Promise((resolve, reject) => {
    // The decoder talks of broken files on the console, which is nobody's business here.
    const thread = new Worker(threadUrl, {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
      stdout: true,
      stderr: true,
      env: {},
      execArgv: [],
    })
    let ended = false
    /** The first word counts; it is passed on when the thread and its memory are gone. */
    const end = (settle: () => void): void => {
      if (ended) return
      ended = true
      cancelTimer()
      void thread.terminate().then(settle)
    }
    const cancelTimer = clock.after(limits.workSeconds * 1000, () =>
      end(() => reject(refuse('The image takes too long to decode; export it again, plainly.'))),
    )
    thread.once('message', (reply: HeicReply) =>
      end(() => (reply.outcome === 'decoded' ? resolve(reply.png) : reject(broken()))),
    )
    thread.once('error', (cause) => end(() => reject(broken(cause))))
    thread.once('exit', () => end(() => reject(broken())))
  })

const decode = (
  bytes: Uint8Array,
  { width, height, icc, exif }: Metadata,
  pngWanted: boolean,
  limits: PixelLimits,
  clock: Clock,
): Promise<Uint8Array> => {
  const tiff = exif && uprightTiff(exif)
  const task = { bytes, width, height, memoryBytes: limits.heicMemoryBytes, pngWanted, icc, exif: tiff }
  return lane.run(() => runThread(task, limits, clock))
}

/**
 * Decodes a HEIC in a thread of its own, which has `heicMemoryBytes` and `workSeconds` and is killed when it runs over;
 * one at a time in the whole process.
 * @param header the file's own; its size must have been judged.
 * @throws AppError `image_undecodable` for a file that is broken, cut off, or too much for those bounds; `unavailable`
 * when too many wait.
 */
export const checkHeic = async (
  bytes: Uint8Array,
  header: Metadata,
  limits: PixelLimits,
  clock: Clock = systemClock,
): Promise<void> => {
  await decode(bytes, header, false, limits, clock)
}

/** A HEIC as a PNG of the same pixels: upright, with its colour profile and its EXIF; else as `checkHeic`. */
export const heicToPng = (
  bytes: Uint8Array,
  header: Metadata,
  limits: PixelLimits,
  clock: Clock = systemClock,
): Promise<Uint8Array> => decode(bytes, header, true, limits, clock)
