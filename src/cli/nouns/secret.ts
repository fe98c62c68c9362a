import type { Command } from 'commander'
import { ConfigError } from '../../config/config-error.ts'
import { readStandardInput } from '../read-input.ts'
import { addSecretOptions, readSecrets, type SecretFlags } from '../secret-sources.ts'

export type NewSecretFlags = SecretFlags & { readonly secretEnv?: string; readonly secretStdin?: boolean }

/** Gives a command the ways to name a new secret. None is the command line, which other users of the machine can read. */
export const addNewSecretOptions = (command: Command): Command =>
  addSecretOptions(
    command
      .option('--secret-env <name>', 'take the secret from this variable of the environment')
      .option('--secret-stdin', 'take the secret from the standard input'),
    'a file that holds the secret, less one line end at its end',
  )

const longest = 256
const longestInputBytes = 4096

const ofPlace = (place: string, text: string | undefined): string => {
  if (text && text.trim() !== '' && text.length <= longest) return text
  throw new ConfigError(`There is no secret of 1 to ${longest} characters in ${place}.`)
}

/** The secret that the flags lead to; undefined where they lead to none, and the server makes one. @throws ConfigError */
export const readNewSecret = async (flags: NewSecretFlags): Promise<string | undefined> => {
  const { secretEnv, secretStdin, ...others } = flags
  // What the environment holds for other commands is not meant here unless it is said.
  const secrets = (await readSecrets(others, {})).map(({ text }) => text)
  if (secretEnv !== undefined) secrets.push(ofPlace(secretEnv, process.env[secretEnv]))
  if (secretStdin) {
    const text = new TextDecoder().decode(await readStandardInput(longestInputBytes))
    secrets.push(ofPlace('the standard input', text.replace(/\r?\n$/, '')))
  }
  if (secrets.length <= 1) return secrets[0]
  throw new ConfigError('Say once where the secret is: --secret-env, --secret-stdin, --secret-file or --vars.')
}
