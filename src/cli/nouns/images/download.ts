import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { signImageUrl } from '@imagehooks/receiver/signed-url'
import { ApiError } from '../../../client/api-error.ts'
import type { CallResult, Client } from '../../../client/client.ts'
import { ConfigError } from '../../../config/config-error.ts'
import { systemClock } from '../../../domain/clock.ts'
import { forEachId } from '../each.ts'
import type { Verb } from '../verb.ts'
import { size } from '../../measures.ts'
import { printable } from '../../printable.ts'
import { keyValue, variantUrlOf } from './sign.ts'

type DownloadOptions = {
  readonly variant?: string
  readonly output?: string
  readonly folder: string
  readonly force?: boolean
}

type Image = CallResult<'getImagesV1ImageId'>

const extensions: Readonly<Record<string, string>> = {
  'image/jpeg': '.jpg',
  'image/png': '.png',
  'image/gif': '.gif',
  'image/webp': '.webp',
  'image/avif': '.avif',
  'image/heic': '.heic',
  'image/svg+xml': '.svg',
}

/** A name of somebody else's as the name of a file here: one part, nothing hidden, nothing that leads elsewhere. */
const plainName = (text: string): string =>
  text
    .replaceAll(/[\p{Cc}\p{Cf}/\\:*?"<>|]/gu, '_')
    .replace(/^[.\s]+/, '_')
    .slice(0, 200)

/** What a download is called: by the name that the image was uploaded with, or by its id. */
export const nameFor = (image: Pick<Image, 'id' | 'filename'>, variant: string | undefined, type: string): string => {
  const given = plainName(image.filename === '' ? image.id : image.filename)
  const extension = extensions[type.split(';')[0] ?? ''] ?? ''
  const stem = given.replace(/\.[A-Za-z0-9]{1,5}$/, '')
  if (variant !== undefined) return `${stem}.${plainName(variant)}${extension}`
  return stem === given ? `${given}${extension}` : given
}

const openVariant = async (client: Client, image: Image, variant: string): Promise<Response> => {
  const url = variantUrlOf(image.variants, variant)
  const minuteFromNow = Math.floor(systemClock.now() / 1000) + 60
  const signed = image.requireSignedURLs
    ? await signImageUrl(url, await keyValue(client, undefined), { expiresAtSeconds: minuteFromNow })
    : url
  const response = await fetch(signed, { redirect: 'error' }).catch((cause: unknown) => {
    throw new ApiError(`${url} cannot be reached; is --public-url of the server an address that leads to it?`, {
      status: 0,
      code: 0,
      cause,
    })
  })
  if (response.ok) return response
  await response.body?.cancel()
  throw new ApiError(`The variant URL answered ${response.status}.`, { status: response.status, code: 0 })
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

/** Writes beside the place and renames, so that no half of an image stands there. Answers how many bytes came. */
const writeWhole = async (body: Readable, path: string): Promise<number> => {
  const partial = `${path}.part`
  try {
    const file = createWriteStream(partial)
    await pipeline(body, file)
    await rename(partial, path)
    return file.bytesWritten
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}

/** `imagehooks images download`: the original bytes, or what a variant makes of them. */
export const downloadVerb: Verb<DownloadOptions> = {
  name: 'download',
  description: 'bring images here: the original bytes, or a variant',
  // Names of files are made of names.
  exact: true,
  declare: (command) =>
    command
      .argument('<ids...>', 'of the images')
      .option('--variant <name>', 'through this variant (default: the original bytes)')
      .option('-o, --output <file>', 'where to write one image; - for the standard output')
      .option('--folder <folder>', 'where to write them, each under its file name', '.')
      .option('--force', 'write over files that are there'),
  examples: [
    ['images download profile_1', 'the original, under the name it was uploaded with'],
    ['images download profile_1 --variant hero -o hero.webp', 'through a variant'],
    ['images download profile_1 profile_2 --folder photos', 'several'],
  ],
  async run({ client, options, words }) {
    const { variant, output, folder, force } = options
    if (output !== undefined && words.length > 1)
      throw new ConfigError('--output takes one image; say --folder for several.')
    if (output === '-' && options.json) throw new ConfigError('--output - has no room for --json.')
    await mkdir(folder, { recursive: true })
    const bring = async (id: string): Promise<{ path: string; bytes: number }> => {
      const image = await client.call('getImagesV1ImageId', { path: { image_id: id } })
      const response =
        variant === undefined
          ? await client.open('getImagesV1ImageIdBlob', { path: { image_id: id }, headers: { accept: 'image/*' } })
          : await openVariant(client, image, variant)
      const body = Readable.from(response.body ?? [])
      if (output === '-') {
        await pipeline(body, process.stdout, { end: false })
        return { path: '-', bytes: 0 }
      }
      const path = output ?? join(folder, nameFor(image, variant, response.headers.get('content-type') ?? ''))
      if (!force && (await isThere(path))) {
        body.destroy()
        throw new ApiError(`${path} is there already; say --force to write over it, or --output for another name.`, {
          status: 409,
          code: 0,
        })
      }
      return { path, bytes: await writeWhole(body, path) }
    }
    await forEachId(words, options, bring, {
      text: (_, { path, bytes }) =>
        path === '-' ? undefined : `${printable(path)}\t${process.stdout.isTTY ? size(bytes) : bytes}`,
      json: (id, { path, bytes }) => ({ id, path, bytes }),
    })
  },
}
