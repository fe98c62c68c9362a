/**
 * The least that a rendition can cost: sharp alone, set as the server sets it, over bytes in memory, as many at once as
 * there are cores. Prints `ready`; asked `render` with a photo and widths, it answers how long that took.
 */
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import sharp from 'sharp'
import { numbersOf, serveCommands, textOf } from './commands.ts'

sharp.concurrency(1)
sharp.cache(false)

serveCommands({
  async render(given) {
    const photo = readFileSync(textOf(given, 'photo'))
    const left = numbersOf(given, 'widths')
    const start = performance.now()
    const worker = async (): Promise<void> => {
      for (let width = left.shift(); width !== undefined; width = left.shift())
        await sharp(photo, { failOn: 'truncated' })
          .autoOrient()
          .resize({ width, withoutEnlargement: true })
          .webp({ quality: 85 })
          .toBuffer()
    }
    await Promise.all(Array.from({ length: availableParallelism() }, worker))
    return { tookMs: performance.now() - start }
  },
})
process.stdout.write('ready\n')
