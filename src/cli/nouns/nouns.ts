import type { Command } from 'commander'
import type { ApiCallName } from '../../client/api-types.ts'
import type { CallInput, CallResult } from '../../client/client.ts'
import { addApiOptions, type ApiOptions, clientOf } from '../api-options.ts'

export type NounOptions = ApiOptions & { readonly json?: boolean }

/** Adds a command below a noun, with the flags that lead to a server. */
export const addVerb = (noun: Command, verb: string, description: string): Command =>
  addApiOptions(noun.command(verb).description(description).option('--json', 'print JSON'))

/** Calls the API as the flags of a command say. */
export const ask = async <Name extends ApiCallName>(
  command: Command,
  options: NounOptions,
  name: Name,
  input?: CallInput<Name>,
): Promise<CallResult<Name>> => (await clientOf(command, options)).call(name, input)
