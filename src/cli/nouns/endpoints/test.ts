import { eventTypes } from '@imagehooks/receiver'
import { Option } from 'commander'
import { styleText } from 'node:util'
import type { CallResult } from '../../../client/client.ts'
import { pale, statusStyle } from '../../colours.ts'
import { printable } from '../../printable.ts'
import { printJson } from '../../table.ts'
import { printSentences, printText } from '../../text.ts'
import { firstWord, type Verb } from '../verb.ts'

type TestResult = CallResult<'postImagesV1WebhooksIdTest'>

/** What came of it, as short as it can be said. */
const headline = ({ status, error, duration_ms: ms, delivery_id: id }: TestResult): string => {
  const answer = status === null ? (error?.message ?? 'No answer came.') : String(status)
  return `${styleText(statusStyle(status), printable(answer))}  ${ms ?? 0} ms  ${pale(id)}`
}

/** `imagehooks endpoints test`: exit code 1 when the receiver did not answer 2xx. */
export const testVerb: Verb<{ readonly event?: TestEvent }> = {
  name: 'test',
  description: 'send a signed sample and wait for the answer; exit code 1 when it is no success',
  declare: (command) =>
    command.argument('<id>', 'webhook_…').addOption(new Option('--event <type>', 'of the sample').choices(eventTypes)),
  examples: [
    ['endpoints test webhook_01j…', 'the same path that every delivery takes'],
    ['endpoints test webhook_01j… --event image.deleted', 'another event'],
  ],
  async run(call) {
    const { client, options } = call
    const body = options.event === undefined ? {} : { event: options.event }
    const result = await client.call('postImagesV1WebhooksIdTest', { path: { id: firstWord(call) }, body })
    if (!result.success) process.exitCode = 1
    if (options.json) return printJson(result)
    console.log(headline(result))
    if (!result.success) {
      console.log('')
      printSentences(await client.explain(result.delivery_id))
    }
    printText('The receiver answered', result.response_body, { whole: true })
  },
}

type TestEvent = (typeof eventTypes)[number]
