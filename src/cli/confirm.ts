import { createInterface } from 'node:readline/promises'
import { ConfigError } from '../config/config-error.ts'

type Terminal = {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  readonly stdout: { readonly isTTY?: boolean }
  readonly stderr: NodeJS.WritableStream
}

/**
 * Asks before something is lost for good. Nobody is asked where `--yes` was said, and where a program runs the command:
 * then what it says is what is meant.
 * @throws ConfigError when the answer is not yes.
 */
export const confirm = async (
  question: string,
  { yes }: { readonly yes?: boolean },
  { stdin, stdout, stderr }: Terminal = process,
): Promise<void> => {
  if (yes || !stdin.isTTY || !stdout.isTTY) return
  const line = createInterface({ input: stdin, output: stderr, terminal: false })
  // The end of the input is a no. Ctrl-C ends the process, as nothing has begun.
  const answered = Promise.race([
    line.question(`${question} [y/N] `),
    new Promise<string>((resolve) => line.once('close', () => resolve(''))),
  ])
  const isYes = /^y(es)?$/i.test((await answered).trim())
  line.close()
  if (!isYes) throw new ConfigError('Nothing was done.')
}
