import type { Command } from 'commander'
import { addApiOptions, serverOf } from '../api-options.ts'
import { addExamples } from '../examples.ts'
import { repeated } from '../repeated.ts'
import { addSecretOptions } from '../secret-sources.ts'

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
  addSecretOptions(receiver)
  addReportOptions(receiver)
  addExamples(receiver, [
    ['doctor https://shop.example/webhooks', 'is this receiver ready for production?'],
    ['doctor http://127.0.0.1:8787/webhooks --secret-file secret.txt', 'the one on this machine'],
  ])
}

const declareServer = (doctor: Command): void => {
  const server = doctor
    .command('server')
    .description('examine a server and its endpoints')
    .option('--events <types>', 'event types that an endpoint must get, separated by commas', 'image.uploaded')
    .action(async (options) => {
      const { doctorServer } = await import('./server/doctor-server.ts')
      await doctorServer(await serverOf(server, options), options)
    })
  addApiOptions(addReportOptions(server))
  addExamples(server, [
    ['doctor server', 'the one of imagehooks dev, where its data folder is'],
    ['doctor server --url https://images.example.com --events image.uploaded,image.deleted --strict', 'for a monitor'],
  ])
}

const declareProject = (doctor: Command): void => {
  const project = doctor
    .command('project')
    .description('look for secrets that a Worker’s folder gives away')
    .argument('[folder]', 'the one with the wrangler.jsonc', '.')
    .action(async (folder: string, options) =>
      (await import('./project/doctor-project.ts')).doctorProject(folder, options),
    )
  addReportOptions(project)
  addExamples(project, [['doctor project ./my-worker', 'secrets in vars, and files that git does not ignore']])
}

export const declareDoctor = (doctor: Command): void => {
  doctor.usage('<url> | server | project [folder]')
  declareReceiver(doctor)
  declareServer(doctor)
  declareProject(doctor)
  addExamples(doctor, [
    ['doctor https://shop.example/webhooks', 'a receiver: the checklist before production'],
    ['doctor server', 'a server and its endpoints'],
    ['doctor project ./my-worker', 'secrets that a Worker’s folder gives away'],
  ])
}
