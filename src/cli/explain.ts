import type { Command } from 'commander'
import { ConfigError } from '../config/config-error.ts'
import { type ApiOptions, clientOf } from './api-options.ts'

/** Names are somebody's text: on a terminal they must not move the cursor. */
const printable = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ')

/** `imagehooks explain`: what happened to a delivery, or how an endpoint fares. */
export const explain = async (
  command: Command,
  id: string,
  options: ApiOptions & { readonly json?: boolean },
): Promise<void> => {
  if (!/^(dlv|webhook)_/.test(id))
    throw new ConfigError(`"${id}" names neither a delivery (dlv_…) nor an endpoint (webhook_…).`)
  const explanation = await (await clientOf(command, options)).explain(id)
  console.log(options.json ? JSON.stringify({ id, explanation }, null, 2) : printable(explanation))
}
