import type { Command } from 'commander'
import { addExamples } from '../examples.ts'
import { printable } from '../printable.ts'
import { printJson, printTable } from '../table.ts'
import { addVerb, ask, type NounOptions } from './nouns.ts'

export const declareDeliveries = (deliveries: Command): void => {
  const list = addVerb(deliveries, 'list', 'list deliveries, newest first')
    .option('--image <id>', 'only those about this image')
    .action(async (options: NounOptions & { image?: string }) => {
      const query = options.image === undefined ? {} : { image_id: options.image }
      const result = await ask(list, options, 'getImagesV1WebhooksDeliveries', { query })
      if (options.json) return printJson(result)
      await printTable(result.deliveries, [
        { title: 'ID', of: ({ id }) => id },
        { title: 'STATE', of: ({ state }) => state },
        { title: 'EVENT', of: ({ event }) => event },
        { title: 'IMAGE', of: ({ image_id: id }) => id },
        { title: 'ATTEMPTS', of: ({ attempt_count: count }) => count },
        { title: 'CREATED', of: ({ created }) => created },
      ])
    })
  addExamples(list, [['deliveries list --image profile_1', 'what was sent about one image']])
  const show = addVerb(deliveries, 'show', 'show one delivery with its attempts')
    .argument('<id>', 'dlv_…')
    .action(async (id: string, options: NounOptions) => {
      const delivery = await ask(show, options, 'getImagesV1WebhooksDeliveriesId', { path: { id } })
      if (options.json) return printJson(delivery)
      console.log(printable(`${delivery.id}  ${delivery.state}  ${delivery.event}  ${delivery.image_id}`))
      await printTable(delivery.attempts, [
        { title: 'ATTEMPT', of: ({ number }) => number },
        { title: 'STARTED', of: ({ started }) => started },
        { title: 'STATUS', of: ({ status }) => status },
        { title: 'MS', of: ({ duration_ms: ms }) => ms },
        { title: 'ERROR', of: ({ error }) => error?.message ?? null },
      ])
    })
  addExamples(show, [['deliveries show dlv_01j…', 'imagehooks explain says the same in sentences']])
  const replay = addVerb(deliveries, 'replay', 'send a finished or dead delivery again')
    .argument('<id>', 'dlv_…')
    .action(async (id: string, options: NounOptions) => {
      const result = await ask(replay, options, 'postImagesV1WebhooksDeliveriesIdReplay', { path: { id } })
      if (options.json) return printJson(result)
      console.log(`${printable(id)} is pending again.`)
    })
  addExamples(replay, [['deliveries replay dlv_01j…', 'after the receiver was mended']])
}
