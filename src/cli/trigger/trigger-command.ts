import type { Command } from 'commander'
import { addExamples } from '../examples.ts'
import { repeated } from '../repeated.ts'

export const declareTrigger = (command: Command): void => {
  command
    .argument('<event>', 'image.uploaded, image.upload_failed, image.updated or image.deleted')
    .option('--to <url>', 'the receiver; 8787/webhooks is one on this machine', 'http://127.0.0.1:8787/webhooks')
    .option('--vars <file>', 'the secret the receiver knows stands in this file, such as .dev.vars')
    .option('--vars-name <name>', 'its name in that file (default: WEBHOOK_SECRET)')
    .option('--secret <text>', 'the secret itself; the environment is the safer place [IMAGEHOOKS_WEBHOOK_SECRET]')
    .option('--set <field=text>', 'change a field of the sample; field:=JSON for other values; repeatable', repeated)
    .option('--header <name: value>', 'one more header; repeatable', repeated)
    .option('--count <number>', 'so many events, each of an image of its own', '1')
    .option('--concurrency <number>', 'so many at once', '1')
    .option('--duplicate <number>', 'send each so many times more', '0')
    .option('--out-of-order', 'the newest first')
    .option('--tamper <what>', 'forge each: its body, signature, time or secret; several by commas, or all')
    .option('--guide-only', 'x-cloudflare-signature alone, without the headers of Standard Webhooks')
    .option('--print-curl', 'print commands that send the same, and send nothing')
    .option('--json', 'print one JSON object a line')
    .action(async (event: string, options) => (await import('./trigger.ts')).trigger(event, options))
  command.addHelpText(
    'after',
    `
Where no secret is named, the one by which imagehooks listen forwards to the
same URL is taken.`,
  )
  addExamples(command, [
    ['trigger image.uploaded --set image.id=profile_1', 'one event to http://127.0.0.1:8787/webhooks'],
    ['trigger image.uploaded --tamper all --vars .dev.vars', 'exit code 0 only if the receiver refuses each'],
    ['trigger image.uploaded --count 50 --concurrency 8 --duplicate 1 --out-of-order', 'as bad as a network can be'],
  ])
}
