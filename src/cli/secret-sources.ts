import type { Command } from 'commander'
import { ConfigError } from '../config/config-error.ts'
import { readInputFile } from './read-input.ts'
import { repeated } from './repeated.ts'
import { defaultSecretName, readSecretAt, readSecretPlace, type VarsFlags } from './vars-file.ts'

/** A secret and where it came from, which may be shown; the text may not. */
export type NamedSecret = { readonly name: string; readonly text: string }

const variable = 'IMAGEHOOKS_WEBHOOK_SECRET'
const longestFileBytes = 4096
const mostSecrets = 8

/** What says where a secret is. */
export type SecretFlags = VarsFlags & { readonly secretFile?: readonly string[] }

/** Gives a command the flags that name files of secrets. None takes a secret itself: others can read command lines. */
export const addSecretOptions = (
  command: Command,
  help = `a file that holds the secret, less one line end at its end; repeatable (default: [${variable}])`,
): Command =>
  command
    .option('--secret-file <file>', help, repeated)
    .option('--vars <file>', 'the secret stands in this file of variables, such as .dev.vars')
    .option('--vars-name <name>', `its name in that file (default: ${defaultSecretName})`)

const check = ({ name, text }: NamedSecret): NamedSecret => {
  if (text.trim() !== '' && text.length <= 256) return { name, text }
  throw new ConfigError(`${name} holds no secret of 1 to 256 characters.`)
}

const ofFile = async (path: string): Promise<NamedSecret> => {
  const bytes = await readInputFile(path, longestFileBytes)
  return { name: path, text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes).replace(/\r?\n$/, '') }
}

const ofVars = async (flags: VarsFlags): Promise<NamedSecret | undefined> => {
  const place = readSecretPlace(flags)
  if (!place) return undefined
  const text = await readSecretAt(place)
  if (text === undefined) throw new ConfigError(`${place.path} holds no ${place.name}; name another with --vars-name.`)
  return { name: `${place.path} (${place.name})`, text }
}

/**
 * The secrets of a command: of the files, in their order, then of a file of variables, or else of the environment; none
 * where nothing is given.
 * @throws ConfigError for what cannot be read or be a secret; it quotes none.
 */
export const readSecrets = async (
  { secretFile: paths = [], ...vars }: SecretFlags,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<readonly NamedSecret[]> => {
  if (paths.length > mostSecrets) throw new ConfigError(`--secret-file may be given ${mostSecrets} times at most.`)
  const inVars = await ofVars(vars)
  const named = [...(await Promise.all(paths.map(ofFile))), ...(inVars ? [inVars] : [])]
  const kept = environment[variable]
  if (named.length > 0 || !kept) return named.map(check)
  return [check({ name: variable, text: kept })]
}
