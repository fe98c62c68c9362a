import { forEachId } from '../each.ts'
import type { Verb } from '../verb.ts'

/** `imagehooks deliveries replay`. */
export const replayVerb: Verb<object> = {
  name: 'replay',
  description: 'send finished or dead deliveries again; endpoints replay takes many by their time',
  declare: (command) => command.argument('<ids...>', 'dlv_…'),
  examples: [
    ['deliveries replay dlv_01j…', 'after the receiver was mended'],
    ['deliveries replay dlv_01j… dlv_01k…', 'several'],
  ],
  run: ({ client, options, words }) =>
    forEachId(words, options, (id) => client.call('postImagesV1WebhooksDeliveriesIdReplay', { path: { id } }), {
      text: (id) => `${id} is pending again.`,
      json: (_, delivery) => delivery,
    }),
}
