import { isEventType, eventTypes } from '@imagehooks/receiver'
import { styleText } from 'node:util'
import { ConfigError } from '../../config/config-error.ts'
import { systemRandom } from '../../domain/random.ts'
import { anyAddress, ownClient, systemOutside } from '../own-client.ts'
import { readCount, readHeaders, readPostUrl } from '../read-flags.ts'
import { curlOf } from './curl.ts'
import { makeEvent, readChanges } from './make-event.ts'
import { recordedAgoMs, signEvent, tamperings, type Tampering } from './sign-event.ts'

export type TriggerOptions = {
  readonly to: string
  readonly secret?: string
  readonly set?: readonly string[]
  readonly header?: readonly string[]
  readonly count: string
  readonly concurrency: string
  readonly duplicate: string
  readonly outOfOrder?: boolean
  readonly tamper?: string
  readonly guideOnly?: boolean
  readonly printCurl?: boolean
  readonly json?: boolean
}

const isTampering = (text: string): text is Tampering => tamperings.some((name) => name === text)

const readTampering = (text: string | undefined): Tampering | undefined => {
  if (text === undefined || isTampering(text)) return text
  throw new ConfigError(`--tamper must be one of ${tamperings.join(', ')}.`)
}

const readSecret = (given: string | undefined): string => {
  const secret = given ?? process.env['IMAGEHOOKS_WEBHOOK_SECRET']
  if (secret && secret.trim() !== '' && secret.length <= 256) return secret
  throw new ConfigError(
    'Say which secret the receiver knows, 1 to 256 characters: IMAGEHOOKS_WEBHOOK_SECRET, or --secret.',
  )
}

/** Genuine deliveries are taken, forged ones refused; what failed in the receiver is neither. */
const isExpected = (status: number | undefined, tampering: Tampering | undefined): boolean =>
  status !== undefined && (tampering === undefined ? status >= 200 && status <= 299 : status >= 400 && status <= 499)

/** `imagehooks trigger`: answers whether every delivery was taken or refused as it should be. */
export const trigger = async (type: string, options: TriggerOptions): Promise<void> => {
  if (!isEventType(type)) throw new ConfigError(`"${type}" is no event type; there are ${eventTypes.join(', ')}.`)
  const url = readPostUrl('--to', options.to)
  const secret = readSecret(options.secret)
  const tampering = readTampering(options.tamper)
  const changes = readChanges(options.set)
  const headers = readHeaders(options.header)
  const count = readCount('--count', options.count, 1, 100_000)
  const concurrency = readCount('--concurrency', options.concurrency, 1, 256)
  const copies = 1 + readCount('--duplicate', options.duplicate, 0, 1000)
  const { clock } = systemOutside
  const begunAt = clock.now() - (tampering === 'time' ? recordedAgoMs : 0)
  // Of one millisecond each, so that their order can be told by their times.
  const events = Array.from({ length: count }, (_, at) =>
    makeEvent(type, changes, { atMs: begunAt - count + 1 + at, random: systemRandom }),
  )
  if (options.outOfOrder) events.reverse()
  const deliveries = events.flatMap((event) => Array.from({ length: copies }, (_, at) => ({ event, attempt: at + 1 })))
  const signed = (delivery: (typeof deliveries)[number]) =>
    signEvent(delivery.event, {
      secret,
      sentAt: clock.now(),
      attempt: delivery.attempt,
      tampering,
      guideOnly: options.guideOnly,
      headers,
    })
  if (options.printCurl) {
    for (const delivery of deliveries) console.log(curlOf(url, signed(delivery)))
    return
  }
  const client = ownClient(systemOutside, anyAddress)
  const waiting = deliveries.values()
  let unexpected = 0
  const send = async (): Promise<void> => {
    for (const delivery of waiting) {
      const { headers: sent, body } = signed(delivery)
      const { status, error, timings } = await client.send({ url, method: 'POST', headers: sent, body })
      const expected = isExpected(status, tampering)
      if (!expected) unexpected += 1
      const { id } = delivery.event
      const durationMs = Math.round(timings.totalMs ?? 0)
      if (options.json) {
        const { attempt } = delivery
        const outcome = { status: status ?? null, error: error?.message ?? null, duration_ms: durationMs, expected }
        console.log(JSON.stringify({ id, event: type, attempt, tamper: tampering ?? null, ...outcome }))
      } else {
        const answer = status === undefined ? `✗ ${error?.message ?? 'No answer came.'}` : `← ${status}`
        const mark = styleText(expected ? 'green' : 'red', answer)
        console.log(`${type} ${id}${tampering ? ` forged (${tampering})` : ''} ${mark} ${durationMs} ms`)
      }
    }
  }
  try {
    await Promise.all(Array.from({ length: Math.min(concurrency, deliveries.length) }, send))
  } finally {
    await client.destroy()
  }
  if (unexpected === 0) return
  process.exitCode = 1
  const wanted = tampering ? 'refused with a 4xx, as every forged delivery must be' : 'answered 2xx'
  process.stderr.write(`${unexpected} of ${deliveries.length} deliveries were not ${wanted}.\n`)
}
