import type { Command } from 'commander'
import { ConfigError } from '../config/config-error.ts'
import { readInputFile } from './read-input.ts'
import { repeated } from './repeated.ts'

/** A secret and where it came from, which may be shown; the text may not. */
export type NamedSecret = { readonly name: string; readonly text: string }

const variable = 'IMAGEHOOKS_WEBHOOK_SECRET'
const longestFileBytes = 4096
const mostSecrets = 8

/** Gives a command the flag that names files of secrets. None takes a secret itself: others can read command lines. */
export const addSecretOption = (command: Command): Command =>
  command.option(
    '--secret-file <path>',
    `a file that holds the secret, less one line end at its end; repeatable (default: [${variable}])`,
    repeated,
  )

const check = ({ name, text }: NamedSecret): NamedSecret => {
  if (text.trim() !== '' && text.length <= 256) return { name, text }
  throw new ConfigError(`${name} holds no secret of 1 to 256 characters.`)
}

/**
 * The secrets of a command: of the files, in their order, or else of the environment; none where neither is given.
 * @throws ConfigError for what cannot be read or be a secret; it quotes none.
 */
export const readSecrets = async (
  paths: readonly string[] = [],
  environment: NodeJS.ProcessEnv = process.env,
): Promise<readonly NamedSecret[]> => {
  if (paths.length > mostSecrets) throw new ConfigError(`--secret-file may be given ${mostSecrets} times at most.`)
  const kept = environment[variable]
  if (paths.length === 0) return kept === undefined ? [] : [check({ name: variable, text: kept })]
  const bytes = await Promise.all(paths.map((path) => readInputFile(path, longestFileBytes)))
  return paths.map((path, at) => {
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes[at])
    return check({ name: path, text: text.replace(/\r?\n$/, '') })
  })
}
