import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { parseEnv } from 'node:util'
import { ConfigError } from '../config/config-error.ts'

/** A variable in a file of variables, such as WEBHOOK_SECRET in `.dev.vars`. */
export type SecretPlace = { readonly path: string; readonly name: string }

/** The flags that name one. */
export type VarsFlags = { readonly vars?: string; readonly varsName?: string }

export const defaultSecretName = 'WEBHOOK_SECRET'

export const readSecretPlace = ({
  vars: path,
  varsName: name = defaultSecretName,
}: VarsFlags): SecretPlace | undefined => {
  if (!/^[A-Za-z_]\w*$/.test(name)) throw new ConfigError('--vars-name must be the name of a variable.')
  return path === undefined ? undefined : { path, name }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'an unknown error'

const textOf = async ({ path }: SecretPlace): Promise<string> => {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return ''
    throw new ConfigError(`The file ${path} of --vars cannot be read (${codeOf(error)}); choose another.`)
  }
}

/** The secret that stands there; undefined where the file, the variable or its value is missing. */
export const readSecretAt = async (place: SecretPlace): Promise<string | undefined> =>
  parseEnv(await textOf(place))[place.name] || undefined

/** Adds the variable to the file, or gives the one that has no value its value; a new file is its owner's alone. */
export const writeSecretAt = async (place: SecretPlace, secret: string): Promise<void> => {
  const text = await textOf(place)
  const line = `${place.name}="${secret}"`
  const empty = new RegExp(String.raw`^\s*(?:export\s+)?${place.name}\s*=.*$`, 'm')
  try {
    if (empty.test(text))
      await writeFile(
        place.path,
        text.replace(empty, () => line),
      )
    else await appendFile(place.path, `${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`, { mode: 0o600 })
  } catch (error) {
    throw new ConfigError(`The file ${place.path} of --vars cannot be written (${codeOf(error)}); choose another.`)
  }
}
