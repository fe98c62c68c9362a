import type { Command } from 'commander'
import { addExamples } from '../examples.ts'
import { printable } from '../printable.ts'
import { printJson, printTable } from '../table.ts'
import { addVerb, ask, type NounOptions } from './nouns.ts'

export const declareImages = (images: Command): void => {
  const list = addVerb(images, 'list', 'list images, newest first, by pages')
    .option('--page <number>', 'which page', '1')
    .option('--per-page <number>', 'images on a page, 10 to 10000', '100')
    .action(async (options: NounOptions & { page: string; perPage: string }) => {
      const query = { page: options.page, per_page: options.perPage }
      const result = await ask(list, options, 'getImagesV1', { query })
      if (options.json) return printJson(result)
      await printTable(result.images, [
        { title: 'ID', of: ({ id }) => id },
        { title: 'FILENAME', of: ({ filename }) => filename },
        { title: 'UPLOADED', of: ({ uploaded }) => uploaded },
        { title: 'SIGNED', of: ({ requireSignedURLs }) => (requireSignedURLs ? 'yes' : 'no') },
      ])
    })
  addExamples(list, [['images list --json', 'for a script']])
  const get = addVerb(images, 'get', 'show one image')
    .argument('<id>', 'of the image')
    .action(async (id: string, options: NounOptions) => {
      const image = await ask(get, options, 'getImagesV1ImageId', { path: { image_id: id } })
      if (options.json) return printJson(image)
      for (const [name, value] of Object.entries(image))
        console.log(`${name}\t${printable(typeof value === 'string' ? value : JSON.stringify(value))}`)
    })
  addExamples(get, [['images get profile_1', 'with its variant URLs']])
  const remove = addVerb(images, 'delete', 'remove images, for good')
    .argument('<ids...>', 'of the images')
    .action(async (ids: readonly string[], options: NounOptions) => {
      for (const id of ids) {
        await ask(remove, options, 'deleteImagesV1ImageId', { path: { image_id: id } })
        console.log(options.json ? JSON.stringify({ id, deleted: true }) : `deleted ${printable(id)}`)
      }
    })
  addExamples(remove, [['images delete profile_1 profile_2', 'each tells its receivers with image.deleted']])
}
