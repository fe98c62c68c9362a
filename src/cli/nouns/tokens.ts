import type { Command } from 'commander'
import { ConfigError } from '../../config/config-error.ts'
import { addExamples } from '../examples.ts'
import { printJson, printTable } from '../table.ts'
import { addVerb, ask, type NounOptions } from './nouns.ts'

export const declareTokens = (tokens: Command): void => {
  const list = addVerb(tokens, 'list', 'list API tokens').action(async (options: NounOptions) => {
    const result = await ask(list, options, 'getTokens')
    if (options.json) return printJson(result)
    await printTable(result.tokens, [
      { title: 'ID', of: ({ id }) => id },
      { title: 'NAME', of: ({ name }) => name },
      { title: 'PERMISSION', of: ({ permission }) => permission },
      { title: 'STATUS', of: ({ status }) => status },
      { title: 'LAST USED', of: ({ last_used_on: at }) => at },
    ])
  })
  addExamples(list, [['tokens list', 'which there are, and when each was last used']])
  const create = addVerb(tokens, 'create', 'make an API token, which is shown this once')
    .requiredOption('--name <name>', 'what it is for')
    .option('--permission <permission>', '"Images Read" or "Images Write"', 'Images Write')
    .action(async (options: NounOptions & { name: string; permission: string }) => {
      const { name, permission } = options
      if (permission !== 'Images Read' && permission !== 'Images Write')
        throw new ConfigError('--permission must be "Images Read" or "Images Write".')
      const token = await ask(create, options, 'postTokens', { body: { name, permission } })
      if (options.json) return printJson(token)
      console.log(token.value)
      process.stderr.write('The token is shown this once; keep it.\n')
    })
  addExamples(create, [['tokens create --name ci --permission "Images Read"', 'for a program that only looks']])
  const revoke = addVerb(tokens, 'revoke', 'revoke an API token, at once and for good')
    .argument('<id>', 'tok_…')
    .action(async (id: string, options: NounOptions) => {
      const token = await ask(revoke, options, 'deleteTokensTokenId', { path: { token_id: id } })
      if (options.json) return printJson(token)
      console.log(`revoked ${token.id}`)
    })
  addExamples(revoke, [['tokens revoke tok_01j…', 'when it may have been seen by others']])
}
