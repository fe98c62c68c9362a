import { systemRandom } from '../../domain/random.ts'
import { anyAddress, ownClient, systemOutside } from '../own-client.ts'
import { listenForStop } from '../stop-wish.ts'
import { curlOf } from './curl.ts'
import { deliveriesOf, type TriggerDelivery } from './deliveries.ts'
import { makeEvent } from './make-event.ts'
import { recordedAgoMs, signEvent, type SignedEvent, type Tampering } from './sign-event.ts'
import { createTally, jsonLines, textLines, type TriggerTally } from './trigger-lines.ts'
import { readSecret, readTriggerOptions, type TriggerOptions } from './trigger-options.ts'

/** Genuine deliveries are taken, forged ones refused; what failed in the receiver is neither. */
const isExpected = (status: number | undefined, tampering: Tampering | undefined): boolean =>
  status !== undefined && (tampering === undefined ? status >= 200 && status <= 299 : status >= 400 && status <= 499)

/** Tells on the standard error what was not as it must be; answers the exit code. */
const conclude = (tally: TriggerTally, isForged: boolean, url: URL): number => {
  if (tally.unexpectedCount === 0) return 0
  const wanted = isForged ? 'refused with a 4xx, as every forged delivery must be' : 'answered 2xx'
  const hint = tally.nobodyListens
    ? ` Nobody listens at ${url.origin}; start the receiver, or name another with --to.`
    : ''
  process.stderr.write(`${tally.unexpectedCount} of ${tally.sentCount} deliveries were not ${wanted}.${hint}\n`)
  return 1
}

type Sending = {
  readonly url: URL
  readonly concurrency: number
  readonly deliveries: Iterator<TriggerDelivery> & Iterable<TriggerDelivery>
  readonly signed: (delivery: TriggerDelivery) => SignedEvent
  readonly isJson: boolean
  readonly type: string
}

/** Sends all, so many at once, until the end or Ctrl-C, which lets those under way be the last. */
const sendAll = async ({ url, concurrency, deliveries, signed, isJson, type }: Sending): Promise<TriggerTally> => {
  const { clock } = systemOutside
  const { stdout } = process
  const columns = stdout.isTTY ? stdout.columns : undefined
  const lines = isJson ? jsonLines(type, console.log) : textLines(type, console.log, columns)
  const tally = createTally()
  const client = ownClient(systemOutside, anyAddress)
  const stop = listenForStop(process, clock)
  let isStopped = false
  void stop.asked.then((signal) => {
    isStopped = true
    process.exitCode = signal === 'SIGINT' ? 130 : 143
  })
  const send = async (): Promise<void> => {
    for (const delivery of deliveries) {
      if (isStopped) return
      const { headers, body } = signed(delivery)
      const result = await client.send({ url, method: 'POST', headers, body })
      const outcome = { delivery, result, isExpected: isExpected(result.status, delivery.tampering) }
      tally.add(outcome)
      lines.outcome(outcome)
    }
  }
  try {
    await Promise.all(Array.from({ length: concurrency }, send))
    lines.end(tally)
    return tally
  } finally {
    stop.done()
    await client.destroy()
  }
}

/** `imagehooks trigger`: exit code 0 when every delivery was taken or refused as it should be. */
export const trigger = async (typeName: string, options: TriggerOptions): Promise<void> => {
  const { type, url, forged, changes, headers, count, concurrency, copies } = readTriggerOptions(typeName, options)
  const secret = await readSecret(options, url)
  const { clock } = systemOutside
  const begunAt = clock.now()
  const deliveries = deliveriesOf({
    count,
    copies,
    outOfOrder: options.outOfOrder === true,
    tamperings: forged,
    // Of one millisecond each, so that their order can be told by their times.
    make: (place, tampering) =>
      makeEvent(type, changes, {
        atMs: begunAt - (tampering === 'time' ? recordedAgoMs : 0) - count + 1 + place,
        random: systemRandom,
      }),
  })
  const signed = ({ event, attempt, tampering }: TriggerDelivery): SignedEvent =>
    signEvent(event, { secret, sentAt: clock.now(), attempt, tampering, guideOnly: options.guideOnly, headers })
  if (options.printCurl) {
    for (const delivery of deliveries) console.log(curlOf(url, signed(delivery)))
    return
  }
  const tally = await sendAll({ url, concurrency, deliveries, signed, isJson: options.json === true, type })
  process.exitCode ??= conclude(tally, forged.length > 0, url)
}
