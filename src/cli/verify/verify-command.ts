import type { Command } from 'commander'
import { addExamples } from '../examples.ts'
import { repeated } from '../repeated.ts'
import { addSecretOptions } from '../secret-sources.ts'

export const declareVerify = (command: Command): void => {
  command
    .argument('[file]', 'the very bytes of the body; - or nothing: the standard input')
    .option('--headers <file>', 'a file of headers, as curl -D or a recorded request prints them, or as JSON')
    .option('--header <name: value>', 'one header; repeatable', repeated)
    .option('--signature <hex>', 'the same as --header "x-cloudflare-signature: …"')
    .option('--other-body <file>', 'a body of another delivery that the headers may belong to; repeatable', repeated)
    .option('--any-time', 'do not judge when it was sent, as for a request that was recorded earlier')
    .option('--json', 'print JSON')
    .action(async (body: string | undefined, options) => (await import('./verify.ts')).verify(body, options))
  addSecretOptions(command)
  addExamples(command, [
    ['verify body.json --headers headers.txt', 'does it verify, by which header, and if not, why'],
    ['verify --headers request.txt --any-time', 'a recorded request with its body, of whatever age'],
    ['verify body.json --signature 5bdcc146bf60… --secret-file new.txt --secret-file old.txt', 'which secret was it?'],
  ])
}
