import type { Command } from 'commander'

/** Puts examples below the help of a command: what is run, and what it is for. */
export const addExamples = (
  command: Command,
  examples: readonly (readonly [line: string, purpose: string])[],
): Command =>
  command.addHelpText(
    'after',
    `\nExamples:\n${examples.map(([line, purpose]) => `  # ${purpose}\n  $ imagehooks ${line}`).join('\n')}`,
  )
