import { type Command, Option } from 'commander'
import type { CallResult } from '../../client/client.ts'
import { systemClock } from '../../domain/clock.ts'
import { stateStyle } from '../colours.ts'
import { confirm } from '../confirm.ts'
import { ago } from '../measures.ts'
import { printable } from '../printable.ts'
import { remark } from '../remark.ts'
import { type Column, printJson, printTable } from '../table.ts'
import { forEachId } from './each.ts'
import { addVerb, type Verb } from './verb.ts'

type Token = CallResult<'getTokens'>['tokens'][number]

const columns: readonly Column<Token>[] = [
  { title: 'ID', of: ({ id }) => id, whole: true },
  { title: 'NAME', of: ({ name }) => name },
  { title: 'PERMISSION', of: ({ permission }) => permission },
  { title: 'STATUS', of: ({ status }) => status, style: ({ status }) => stateStyle(status) },
  {
    title: 'LAST USED',
    of: ({ last_used_on: at }) => at,
    shown: ({ last_used_on: at }) => (at === null ? 'never' : ago(at, systemClock.now())),
  },
]

const listVerb: Verb<object> = {
  name: 'list',
  description: 'list API tokens',
  examples: [['tokens list', 'which there are, and when each was last used']],
  async run({ client, options }) {
    const result = await client.call('getTokens')
    if (options.json) return printJson(result)
    await printTable(result.tokens, columns)
  },
}

const permissions = ['Images Read', 'Images Write'] as const

const createVerb: Verb<{ readonly name: string; readonly permission: (typeof permissions)[number] }> = {
  name: 'create',
  description: 'make an API token, which is shown this once',
  declare: (command) =>
    command
      .requiredOption('--name <name>', 'what it is for')
      .addOption(new Option('--permission <permission>', 'what it opens').choices(permissions).default('Images Write')),
  examples: [['tokens create --name ci --permission "Images Read"', 'for a program that only looks']],
  async run({ client, options }) {
    const { name, permission } = options
    const token = await client.call('postTokens', { body: { name, permission } })
    if (options.json) return printJson(token)
    console.log(printable(token.value ?? ''))
    remark(`The token ${token.id} is shown this once; keep it.`)
  },
}

const revokeVerb: Verb<{ readonly yes?: boolean }> = {
  name: 'revoke',
  description: 'revoke API tokens, at once and for good',
  declare: (command) =>
    command.argument('<ids...>', 'tok_…').option('--yes', 'do not ask (where no terminal is, nobody is asked)'),
  examples: [['tokens revoke tok_01j…', 'when it may have been seen by others']],
  async run({ client, options, words }) {
    await confirm(`Revoke ${words.join(', ')} for good?`, options)
    await forEachId(words, options, (id) => client.call('deleteTokensTokenId', { path: { token_id: id } }), {
      text: (id) => `revoked ${id}`,
      json: (_, token) => token,
    })
  },
}

const batchVerb: Verb<object> = {
  name: 'batch',
  description: 'get a batch token, which opens the batch paths for an hour',
  examples: [['tokens batch', 'for programs that call Cloudflare’s batch host']],
  async run({ client, options }) {
    const token = await client.call('getImagesV1BatchToken')
    if (options.json) return printJson(token)
    console.log(printable(token.token))
    remark(`Good until ${token.expiresAt}.`)
  },
}

export const declareTokens = (tokens: Command): void => {
  addVerb(tokens, listVerb)
  addVerb(tokens, createVerb)
  addVerb(tokens, revokeVerb)
  addVerb(tokens, batchVerb)
}
