import type { Command } from 'commander'
import { addApiOptions } from '../api-options.ts'
import { addExamples } from '../examples.ts'
import { repeated } from '../repeated.ts'

export const declareListen = (command: Command): void => {
  command
    .option('--forward-to <url>', 'where each event is posted; 8787/webhooks is one on this machine')
    .option('--route <types=url>', 'where events of these types are posted instead; repeatable', repeated)
    .option('--events <types>', 'event types, separated by commas (default: all)')
    .option(
      '--filter <field=pattern>',
      'only events whose field has this form; * stands for anything; repeatable',
      repeated,
    )
    .option('--since <duration>', 'go back so far, whatever was forwarded before')
    .option('--replay <event>', 'forward this event (evt_…) once more and end; exit code 1 unless it is answered 2xx')
    .option('--header <name: value>', 'one more header; repeatable', repeated)
    .option('--fail <status:count>', 'take the first answers to each event for failures, so that it is sent again')
    .option('--delay <duration>', 'wait before each request')
    .option('--allow-remote', 'forward to another machine than this one')
    .option('--vars <file>', 'sign with the secret in this file, such as .dev.vars; one is written where none is')
    .option('--vars-name <name>', 'its name in that file (default: WEBHOOK_SECRET)')
    .option('--print-secret', 'print the secret of this listener and end')
    .option('--json', 'print one JSON object a line')
    .action(async (options) => (await import('./listen.ts')).listen(command, options))
  addApiOptions(command).addHelpText(
    'after',
    `
The secret is made at the first start and kept, with the place in the feed,
below IMAGEHOOKS_STATE_DIR (default ~/.local/state/imagehooks);
IMAGEHOOKS_WEBHOOK_SECRET names another. What happens while it does not run is
forwarded when it is started again. In a terminal r sends the last event again,
d shows its request and its answer whole, and q or Ctrl-C stops.`,
  )
  addExamples(command, [
    ['listen --forward-to 8787/webhooks', 'forward every event of the server of imagehooks dev to this machine'],
    ['listen --forward-to 8787/webhooks --vars .dev.vars', 'with the secret that the Worker is developed with'],
    ["listen --forward-to 8787 --filter 'image.metadata.source=profile_*'", 'some of them only'],
    ['listen --forward-to 8787 --route image.deleted=8788/gone', 'what was deleted goes elsewhere'],
    ['listen --forward-to 8787 --fail 500:2', 'send each event three times, as after lost answers'],
  ])
}
