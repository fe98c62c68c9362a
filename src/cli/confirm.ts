import { createInterface } from 'node:readline/promises'
import { ConfigError } from '../config/config-error.ts'

/**
 * Asks before something is lost for good. Nobody is asked where `--yes` was said, and where a program runs the command:
 * then what it says is what is meant.
 * @throws ConfigError when the answer is not yes.
 */
export const confirm = async (question: string, { yes }: { readonly yes?: boolean }): Promise<void> => {
  if (yes || !process.stdin.isTTY || !process.stdout.isTTY) return
  const line = createInterface({ input: process.stdin, output: process.stderr })
  // Ctrl-C and Ctrl-D are a no.
  const answered = Promise.race([
    line.question(`${question} [y/N] `),
    new Promise<string>((resolve) => line.once('SIGINT', () => resolve('')).once('close', () => resolve(''))),
  ])
  const isYes = /^y(es)?$/i.test((await answered).trim())
  line.close()
  if (!isYes) throw new ConfigError('Nothing was done.')
}
