import type { Command } from 'commander'
import type { SettingName } from '../config/env.ts'
import { addExamples } from './examples.ts'
import { addSettingOptions, configOf, environmentHelp, storageOf } from './setting-options.ts'

/** Where the rows are: all that a command needs to know which only reads or changes some. */
const storageSettings: readonly SettingName[] = ['dataFolder', 'databaseUrl']

export const declareDev = (command: Command): void => {
  command
    .option('--json', 'say where it listens and what opens it as one JSON object')
    .action(async (options: { json?: boolean }) => (await import('./dev.ts')).dev(configOf(command, 'dev'), options))
  addSettingOptions(command).addHelpText('after', environmentHelp)
  addExamples(command, [
    ['dev', 'start on http://127.0.0.1:4747 and keep everything in ./imagehooks-data'],
    ['dev --port 0 --data-dir /tmp/try', 'start beside another one, and throw it away later'],
  ])
}

export const declareServe = (command: Command): void => {
  command.action(async () => (await import('./run-server.ts')).runServer(configOf(command, 'serve')))
  addSettingOptions(command).addHelpText('after', environmentHelp)
  addExamples(command, [
    ['serve --host 0.0.0.0 --public-url https://images.example.com', 'behind a proxy that speaks TLS'],
    ['serve --roles worker --database-url postgres://db/images --blob-url s3://images', 'one more sender of webhooks'],
  ])
}

export const declareMigrate = (command: Command): void => {
  command.action(async () => (await import('./migrate.ts')).migrate(storageOf(command)))
  addSettingOptions(command, storageSettings)
  addExamples(command, [['migrate --database-url postgres://db/images', 'before a newer version is started']])
}

export const declareAccounts = (accounts: Command): void => {
  const create = accounts
    .command('create')
    .description('make an account and its first token, which is shown this once')
    .option('--name <name>', 'what the account is called', '')
    .option('--json', 'print JSON')
    .action(async (options) => (await import('./accounts.ts')).createAccount(storageOf(create), options))
  const list = accounts
    .command('list')
    .description('list all accounts, oldest first')
    .option('--json', 'print JSON')
    .action(async (options) => (await import('./accounts.ts')).printAccounts(storageOf(list), options))
  addSettingOptions(create, storageSettings)
  addSettingOptions(list, storageSettings)
  addExamples(create, [['accounts create --name shop', 'for each application that shall see its own images only']])
  addExamples(list, [['accounts list --json', 'for a script']])
}
