import type { Command } from 'commander'
import { repeated } from '../../repeated.ts'
import { addImageFields } from '../images/image-fields.ts'
import type { Verb } from '../verb.ts'
import type { UploadOptions } from './upload.ts'

const declare = (command: Command): void => {
  command
    .argument('[files...]', 'images, or folders of images with --recursive')
    .option('-r, --recursive', 'take the images in folders and below')
    .option('--from-url <url>', 'an image that the server fetches; repeatable', repeated)
    .option('--concurrency <count>', 'images on their way at once, up to 32', '4')
    .option('--id <id>', 'a custom id, for one image')
    .option('--id-from-name', 'each gets its name, below the folder that was named, as its id')
    .option('--id-prefix <text>', 'what stands before the name in such an id')
  addImageFields(command)
    .option('--require-signed-urls', 'answer the variant URLs only with a signature; not with custom ids')
    .option('--journal <file>', 'keep what is done in this file, so that later runs send only what is new')
    .option('--anew', 'send all again, also what an earlier run that was ended has sent')
    .addHelpText(
      'after',
      `
Whatever ends it, the same command goes on where it stopped, and each image is uploaded once: what is done stands in a
journal below IMAGEHOOKS_STATE_DIR (default ~/.local/state/imagehooks), which goes when all is done.`,
    )
}

/** `imagehooks images upload`; what it does is loaded when it is called. */
export const uploadVerb: Verb<UploadOptions> = {
  name: 'upload',
  description: 'upload images, many at once; goes on where it was ended',
  declare,
  // Names of files are compared.
  exact: true,
  examples: [
    ['images upload photo.jpg', 'one, and its address'],
    ['images upload photos --recursive --meta album=summer --creator ada', 'all in a folder and below'],
    ['images upload photos -r --id-from-name --id-prefix photos/', 'under ids such as photos/2026/lake.jpg'],
    ['images upload --from-url https://example.com/photo.jpg', 'the server fetches it'],
    ['images upload photos -r --json --journal done.jsonl', 'for a script: one object a line; later, only what is new'],
  ],
  run: async (call) => (await import('./upload.ts')).upload(call),
}
