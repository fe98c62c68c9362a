/** The thread that makes one drawing harmless and ends: see `drawing.ts`. */
import { parentPort, workerData } from 'node:worker_threads'
import { sanitiseSvg } from './sanitise-svg.ts'

const clean = new Uint8Array(sanitiseSvg(workerData))
parentPort?.postMessage(clean, [clean.buffer])
