import { styleText } from 'node:util'
import type { CallResult } from '../../../client/client.ts'
import { systemClock } from '../../../domain/clock.ts'
import { bold, pale, stateStyle, statusStyle } from '../../colours.ts'
import { printFacts } from '../../facts.ts'
import { ago } from '../../measures.ts'
import { printable } from '../../printable.ts'
import { printJson } from '../../table.ts'
import { printSentences, printText } from '../../text.ts'
import { firstWord, type Verb } from '../verb.ts'

type Delivery = CallResult<'getImagesV1WebhooksDeliveriesId'>
type Attempt = Delivery['attempts'][number]

const phases = ({ dns_ms: dns, connect_ms: connect, ttfb_ms: first, total_ms: total }: Attempt['timings']): string =>
  [
    ['name', dns],
    ['connect', connect],
    ['first byte', first],
    ['all', total],
  ]
    .flatMap(([name, ms]) => (ms === null ? [] : [`${name} ${ms} ms`]))
    .join(', ')

const printHeaders = (title: string, headers: readonly (readonly [string, string])[]): void => {
  if (headers.length === 0) return
  console.log(`  ${pale(title)}`)
  for (const [name, value] of headers) console.log(`    ${pale(printable(name))}: ${printable(value)}`)
}

const printAttempt = (attempt: Attempt, { full, now }: { readonly full: boolean; readonly now: number }): void => {
  const { number, started, address, status, error, timings, request, response } = attempt
  const outcome = status === null ? (error?.message ?? 'No answer came.') : String(status)
  const place = address === null ? '' : `  ${pale(`at ${printable(address)}`)}`
  console.log(
    `\n${bold(`Attempt ${number}`)}  ${styleText(statusStyle(status), printable(outcome))}${place}  ${pale(`${started} (${ago(started, now)})`)}`,
  )
  const spent = phases(timings)
  if (spent !== '') console.log(`  ${pale(spent)}`)
  if (full) {
    console.log(`  ${pale('POST')} ${printable(request.url)}`)
    printHeaders('sent with', Object.entries(request.headers))
    printHeaders('answered with', response?.headers ?? [])
  }
  if (response && response.body !== '') printText('  The receiver answered', response.body, { whole: full })
}

/** `imagehooks deliveries show`. */
export const showVerb: Verb<{ readonly full?: boolean }> = {
  name: 'show',
  description: 'show one delivery: what happened, each attempt with its timings and answer, the body',
  declare: (command) => command.argument('<id>', 'dlv_…').option('--full', 'with all headers and whole bodies'),
  examples: [
    ['deliveries show dlv_01j…', 'what happened, and what comes next'],
    ['deliveries show dlv_01j… --full', 'everything that was sent and answered'],
  ],
  async run(call) {
    const delivery = await call.client.call('getImagesV1WebhooksDeliveriesId', { path: { id: firstWord(call) } })
    if (call.options.json) return printJson(delivery)
    const full = call.options.full === true
    const now = systemClock.now()
    printFacts([
      ['id', delivery.id],
      ['state', delivery.state, stateStyle(delivery.state)],
      ['event', delivery.event],
      ['image', delivery.image_id],
      ['endpoint', delivery.webhook_id],
      ['event id', delivery.event_id],
      ['created', delivery.created],
      ['next attempt', delivery.next_attempt_at],
      ['finished', delivery.finished],
    ])
    console.log('')
    printSentences(delivery.explanation)
    for (const attempt of delivery.attempts) printAttempt(attempt, { full, now })
    printText('The body, as it is signed and sent', delivery.body, { whole: full })
  },
}
