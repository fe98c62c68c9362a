import type { Command } from 'commander'
import { ConfigError } from '../config/config-error.ts'
import { addApiOptions, type ApiOptions, clientOf } from './api-options.ts'
import { addExamples } from './examples.ts'

/** `imagehooks explain`: what happened to a delivery, or how an endpoint fares. */
export const explain = async (
  command: Command,
  id: string,
  options: ApiOptions & { readonly json?: boolean },
): Promise<void> => {
  if (!/^(dlv|webhook)_/.test(id))
    throw new ConfigError(`"${id}" names neither a delivery (dlv_…) nor an endpoint (webhook_…).`)
  const explanation = await (await clientOf(command, options)).explain(id)
  if (options.json) console.log(JSON.stringify({ id, explanation }, null, 2))
  else (await import('./text.ts')).printSentences(explanation)
}

export const declareExplain = (command: Command): void => {
  command
    .argument('<id>', 'dlv_… or webhook_…')
    .option('--json', 'print JSON')
    .action((id: string, options) => explain(command, id, options))
  addApiOptions(command)
  addExamples(command, [
    ['explain webhook_01j…', 'how an endpoint fares, and why'],
    ['explain dlv_01j…', 'what happened to one delivery'],
  ])
}
