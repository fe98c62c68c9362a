import type { Command } from 'commander'
import { addExamples } from '../examples.ts'
import { repeated } from '../repeated.ts'
import { addSecretOption } from '../secret-sources.ts'

const addReportOptions = (command: Command): Command =>
  command.option('--strict', 'exit code 2 where there are warnings and no failure').option('--json', 'print JSON')

const declareReceiver = (doctor: Command): void => {
  const receiver = doctor
    .command('receiver', { isDefault: true })
    .description('examine a receiver by its URL: doctor URL means the same')
    .argument('<url>', 'of the receiver')
    .option('--account <id>', 'of which account the events are', 'test')
    .option('--header <name: value>', 'one more header; repeatable', repeated)
    .option('--timeout <duration>', 'what one answer may take', '30s')
    .action(async (url: string, options) =>
      (await import('./receiver/doctor-receiver.ts')).doctorReceiver(url, options),
    )
  addSecretOption(receiver)
  addReportOptions(receiver)
  addExamples(receiver, [
    ['doctor https://shop.example/webhooks', 'is this receiver ready for production?'],
    ['doctor http://127.0.0.1:8787/webhooks --secret-file secret.txt', 'the one on this machine'],
  ])
}

export const declareDoctor = (doctor: Command): void => {
  doctor.usage('<url> | server | project [folder]')
  declareReceiver(doctor)
  addExamples(doctor, [
    ['doctor https://shop.example/webhooks', 'a receiver: the checklist before production'],
    ['doctor server', 'a server and its endpoints'],
    ['doctor project ./my-worker', 'secrets that a Worker’s folder gives away'],
  ])
}
