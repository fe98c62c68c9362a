import type { Command } from 'commander'
import type { CallResult } from '../../client/client.ts'
import { confirm } from '../confirm.ts'
import { remark } from '../remark.ts'
import { type Column, printJson, printTable } from '../table.ts'
import { addVerb, firstWord, type Verb } from './verb.ts'

type Key = CallResult<'getImagesV1Keys'>['keys'][number]

type ShowOptions = { readonly showValues?: boolean }

/** A value signs URLs, so it is on the screen only where it was asked for. */
const columns = ({ showValues }: ShowOptions): readonly Column<Key>[] => [
  { title: 'NAME', of: ({ name }) => name, whole: true },
  { title: 'VALUE', of: ({ value }) => (showValues ? value : '••••••••'), whole: true },
]

const printKeys = async (keys: readonly Key[], options: ShowOptions & { readonly json?: boolean }): Promise<void> => {
  const shown = options.showValues ? keys : keys.map(({ name }) => ({ name }))
  if (options.json) return printJson({ keys: shown })
  await printTable(keys, columns(options))
  if (!options.showValues) remark('--show-values shows the values; images sign makes signed URLs.')
}

const addShow = (command: Command): Command =>
  command.option('--show-values', 'with the values, which sign URLs: secrets')

const listVerb: Verb<ShowOptions> = {
  name: 'list',
  description: 'list the keys that sign URLs of private images',
  declare: addShow,
  examples: [
    ['keys list', 'their names'],
    ['keys list --show-values --json', 'for an application that signs by itself'],
  ],
  run: async ({ client, options }) => printKeys((await client.call('getImagesV1Keys')).keys, options),
}

const createVerb: Verb<ShowOptions> = {
  name: 'create',
  description: 'make a signing key; one of that name that is there stays as it is',
  declare: (command) => addShow(command.argument('<name>', 'of the key, up to 20 characters')),
  examples: [['keys create shop', 'one more, to take the place of an older one']],
  async run(call) {
    const path = { key_name: firstWord(call) }
    await printKeys((await call.client.call('putImagesV1KeysKeyName', { path })).keys, call.options)
  },
}

const deleteVerb: Verb<ShowOptions & { readonly yes?: boolean }> = {
  name: 'delete',
  description: 'remove a signing key; URLs that it signed are refused from then on',
  declare: (command) =>
    addShow(command.argument('<name>', 'of the key')).option(
      '--yes',
      'do not ask (where no terminal is, nobody is asked)',
    ),
  examples: [['keys delete shop', 'when its value may have been seen by others']],
  async run(call) {
    const name = firstWord(call)
    await confirm(`Remove the key ${name}? URLs that it signed are refused from then on.`, call.options)
    const { keys } = await call.client.call('deleteImagesV1KeysKeyName', { path: { key_name: name } })
    await printKeys(keys, call.options)
  },
}

export const declareKeys = (keys: Command): void => {
  addVerb(keys, listVerb)
  addVerb(keys, createVerb)
  addVerb(keys, deleteVerb)
}
