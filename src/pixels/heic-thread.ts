/** The thread that decodes one HEIC and ends: see `heic.ts`. All that a hostile file can cost is lost with it. */
import { parentPort, workerData } from 'node:worker_threads'
import type { HeicReply, HeicTask } from './heic.ts'
import { writePng } from './png.ts'

const { bytes, width, height, memoryBytes, pngWanted, icc, exif }: HeicTask = workerData

// The decoder asks for memory by this one call, and takes a refusal for what it is: no memory left.
const { grow } = WebAssembly.Memory.prototype
WebAssembly.Memory.prototype.grow = function growWithin(this: WebAssembly.Memory, pages: number): number {
  if (this.buffer.byteLength + pages * 65_536 > memoryBytes) throw new RangeError('The decoder wants too much memory.')
  return grow.call(this, pages)
}

const decode = async (): Promise<HeicReply> => {
  const { default: load } = await import('libheif-js/libheif-wasm/libheif-bundle.mjs')
  const { HeifDecoder } = load()
  const image = new HeifDecoder().decode(bytes).find((candidate) => candidate.is_primary())
  // What the decoder reads of the size is the size it writes pixels of, so it has to be the one that was judged.
  if (!image || image.get_width() !== width || image.get_height() !== height) return { outcome: 'broken' }
  const pixels = new Uint8ClampedArray(width * height * 4)
  const shown = await new Promise((resolve) => image.display({ data: pixels, width, height }, resolve))
  if (shown === null) return { outcome: 'broken' }
  return { outcome: 'decoded', png: pngWanted ? writePng({ pixels, width, height }, { icc, exif }) : new Uint8Array() }
}

const reply: HeicReply = await decode().catch(() => ({ outcome: 'broken' }))
parentPort?.postMessage(reply, reply.outcome === 'decoded' ? [reply.png.buffer] : [])
