import { text } from 'node:stream/consumers'
import type { Command } from 'commander'
import { ConfigError } from '../../config/config-error.ts'

export type SecretOptions = { readonly secretEnv?: string; readonly secretStdin?: boolean }

/** Gives a command the ways to name a secret. None is the command line, which other users of the machine can read. */
export const addSecretOptions = (command: Command): Command =>
  command
    .option('--secret-env <name>', 'take the secret from this variable of the environment')
    .option('--secret-stdin', 'take the secret from the standard input')

const longest = 256

/** The secret that the flags lead to; undefined where they lead to none, and the server makes one. @throws ConfigError */
export const readSecret = async ({ secretEnv, secretStdin }: SecretOptions): Promise<string | undefined> => {
  if (secretEnv !== undefined && secretStdin) throw new ConfigError('Give either --secret-env or --secret-stdin.')
  if (secretEnv === undefined && !secretStdin) return undefined
  const place = secretEnv === undefined ? 'the standard input' : secretEnv
  const secret = secretEnv === undefined ? (await text(process.stdin)).replace(/\r?\n$/, '') : process.env[secretEnv]
  if (secret && secret.trim() !== '' && secret.length <= longest) return secret
  throw new ConfigError(`There is no secret of 1 to ${longest} characters in ${place}.`)
}
