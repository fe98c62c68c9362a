import { openAsBlob } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { sampleImages } from '../sample-images.ts'
import { DemoError } from './demo-error.ts'

/** A file to upload. */
export type PictureFile = { readonly filename: string; readonly bytes: Blob }

/** npm runs scripts in the package's folder and says where the person stands. */
const workingFolder = (): string =>
  (process.env['npm_lifecycle_event'] === 'demo' && process.env['INIT_CWD']) || process.cwd()

const openPicture = async (path: string): Promise<PictureFile> => {
  const file = resolve(workingFolder(), path)
  const found = await stat(file).catch((cause: unknown) => {
    throw new DemoError(`There is no file ${file} to upload.`, { cause })
  })
  if (!found.isFile()) throw new DemoError(`${file} is not a file; name the images themselves.`)
  return {
    filename: basename(file),
    bytes: await openAsBlob(file).catch((cause: unknown) => {
      throw new DemoError(`The file ${file} cannot be read.`, { cause })
    }),
  }
}

/** The named files, or samples of every format where none is named. Rejects with a DemoError. */
export const gatherPictures = async (paths: readonly string[]): Promise<PictureFile[]> => {
  if (paths.length > 0) return Promise.all(paths.map(openPicture))
  const samples = await sampleImages()
  return samples.map(({ filename, mime, bytes }) => ({
    filename,
    bytes: new Blob([new Uint8Array(bytes)], { type: mime }),
  }))
}
