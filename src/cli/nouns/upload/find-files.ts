import { readdir, stat } from 'node:fs/promises'
import { basename, join, relative, sep } from 'node:path'
import { ConfigError } from '../../../config/config-error.ts'

/** A file that is to be uploaded. */
export type FoundFile = {
  /** As it was named, or found below a folder that was. */
  readonly path: string
  /** Its name below the folder that was named, with slashes; of a file that was named itself, the last part. */
  readonly name: string
}

export type FoundFiles = {
  readonly files: readonly FoundFile[]
  /** What lies in the folders and is no image by its name. */
  readonly passedOver: number
}

const imageName = /\.(jpe?g|png|gif|webp|avif|svg|heic|heif)$/i

const byName = (first: string, second: string): number => first.localeCompare(second, 'en', { numeric: true })

const statOf = async (path: string) => {
  try {
    return await stat(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new ConfigError(`There is no file ${path}; check the name.`)
    throw error
  }
}

/** Images below a folder, in the order in which a person would list them; what begins with a dot is left alone. */
const below = async (root: string): Promise<FoundFiles> => {
  const files: FoundFile[] = []
  let passedOver = 0
  const walk = async (folder: string): Promise<void> => {
    const entries = (await readdir(folder, { withFileTypes: true })).toSorted((a, b) => byName(a.name, b.name))
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue
      const path = join(folder, entry.name)
      // A link may lead to a file, but no link is gone into: it could lead in a circle.
      const isFile = entry.isFile() || (entry.isSymbolicLink() && (await stat(path).catch(() => entry)).isFile())
      if (entry.isDirectory()) await walk(path)
      else if (isFile && imageName.test(entry.name))
        files.push({ path, name: relative(root, path).split(sep).join('/') })
      else passedOver += 1
    }
  }
  await walk(root)
  return { files, passedOver }
}

/**
 * The files that a command names: each as it is, and of each folder the images in it and below.
 * @throws ConfigError for what is not there, and for a folder without `recursive`.
 */
export const findFiles = async (paths: readonly string[], recursive: boolean): Promise<FoundFiles> => {
  const files: FoundFile[] = []
  let passedOver = 0
  for (const path of paths) {
    const found = await statOf(path)
    if (!found.isDirectory()) {
      files.push({ path, name: basename(path) })
      continue
    }
    if (!recursive) throw new ConfigError(`${path} is a folder; say --recursive to upload the images in it and below.`)
    const inside = await below(path)
    files.push(...inside.files)
    passedOver += inside.passedOver
  }
  return { files: [...new Map(files.map((file) => [file.path, file])).values()], passedOver }
}
