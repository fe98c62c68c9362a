import { AnswerError } from '../../../client/read.ts'
import { curlOf } from '../../trigger/curl.ts'
import { printJson } from '../../table.ts'
import { firstWord, type Verb } from '../verb.ts'

/** `imagehooks deliveries sign`. */
export const signVerb: Verb<object> = {
  name: 'sign',
  description: 'print a command that posts a delivery to its endpoint, signed anew, to try a receiver by hand',
  declare: (command) => command.argument('<id>', 'dlv_…'),
  examples: [
    ['deliveries sign dlv_01j…', 'as a curl command'],
    ['deliveries sign dlv_01j… | sh', 'and run it at once'],
  ],
  // What is signed is printed as it is.
  exact: true,
  async run(call) {
    const signed = await call.client.call('postImagesV1WebhooksDeliveriesIdSign', { path: { id: firstWord(call) } })
    if (call.options.json) return printJson(signed)
    const command = curlOf(new URL(signed.url), { headers: signed.headers, body: Buffer.from(signed.body) })
    // JSON has none of its own, and headers may hold none.
    if (/[^\P{Cc}\n]/u.test(command))
      throw new AnswerError('The delivery holds control characters, which no webhook of this server does; see --json.')
    console.log(command)
  },
}
