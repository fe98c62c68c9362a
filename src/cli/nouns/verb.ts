import type { Command } from 'commander'
import type { Client } from '../../client/client.ts'
import { addApiOptions, type ApiOptions, clientAt, serverOf } from '../api-options.ts'
import { addExamples } from '../examples.ts'
import { asMisread, legibleClient } from '../legible.ts'
import type { ServerAccess } from '../server-access.ts'

export type NounOptions = ApiOptions & { readonly json?: boolean }

/** What a command is called with. */
export type VerbCall<Options> = {
  readonly client: Client
  readonly access: ServerAccess
  readonly options: Options & NounOptions
  /** What stands on the command line behind the command, flags left out. */
  readonly words: readonly string[]
}

/** A command below a noun: one thing that the API can do. */
export type Verb<Options> = {
  readonly name: string
  readonly description: string
  /** Gives it its arguments and flags; those that lead to a server come by themselves. */
  readonly declare?: (command: Command) => unknown
  readonly examples: Parameters<typeof addExamples>[1]
  /** Whether it needs every character as the server has it; then it looks itself at what it prints. */
  readonly exact?: boolean
  readonly run: (call: VerbCall<Options>) => Promise<void>
}

/** Adds a command below a noun, with the flags that lead to a server. */
export const addVerb = <Options = object>(
  noun: Command,
  { name, description, declare, examples, exact = false, run }: Verb<Options>,
): void => {
  const command = noun.command(name).description(description)
  declare?.(command)
  addApiOptions(command.option('--json', 'print JSON'))
  addExamples(command, examples)
  command.action(async () => {
    const options: Options & NounOptions = command.opts()
    const access = await serverOf(command, options)
    const client = clientAt(access)
    const shown = options.json || exact ? client : legibleClient(client)
    try {
      await run({ client: shown, access, options, words: command.args })
    } catch (error) {
      throw asMisread(error, access.server)
    }
  })
}

/** The first word behind a command, which the parser has asked for. */
export const firstWord = ({ words }: Pick<VerbCall<unknown>, 'words'>): string => words[0] ?? ''
