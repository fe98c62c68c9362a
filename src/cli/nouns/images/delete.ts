import { confirm } from '../../confirm.ts'
import { forEachId } from '../each.ts'
import type { Verb } from '../verb.ts'

/** `imagehooks images delete`. */
export const deleteVerb: Verb<{ readonly yes?: boolean }> = {
  name: 'delete',
  description: 'remove images, for good',
  declare: (command) =>
    command.argument('<ids...>', 'of the images').option('--yes', 'do not ask (where no terminal is, nobody is asked)'),
  examples: [
    ['images delete profile_1 profile_2', 'each tells its receivers with image.deleted'],
    ['images delete profile_1 --yes', 'without being asked'],
  ],
  async run({ client, options, words }) {
    await confirm(
      words.length === 1 ? `Remove ${words[0]} for good?` : `Remove ${words.length} images for good?`,
      options,
    )
    await forEachId(words, options, (id) => client.call('deleteImagesV1ImageId', { path: { image_id: id } }), {
      text: (id) => `deleted ${id}`,
      json: (id) => ({ id, deleted: true }),
    })
  },
}
