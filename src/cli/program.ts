import { Command } from 'commander'
import { readFileSync } from 'node:fs'
import { styleText } from 'node:util'
import type { SettingName } from '../config/env.ts'
import { createAccount, printAccounts } from './accounts.ts'
import { addApiOptions } from './api-options.ts'
import { dev } from './dev.ts'
import { explain } from './explain.ts'
import { migrate } from './migrate.ts'
import { runServer } from './run-server.ts'
import { addSettingOptions, configOf, environmentHelp, storageOf } from './setting-options.ts'

const version = String(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version)

/** Where the rows are: all that a command needs to know which only reads or changes some. */
const storageSettings: readonly SettingName[] = ['dataFolder', 'databaseUrl']

/** Colours that the parser leaves out by itself where the output shows none. */
const colour =
  (style: Parameters<typeof styleText>[0]) =>
  (text: string): string =>
    styleText(style, text, { validateStream: false })

const addAccounts = (program: Command): void => {
  const accounts = program.command('accounts').description('make and list accounts')
  const create = accounts
    .command('create')
    .description('make an account and its first token, which is shown this once')
    .option('--name <name>', 'what the account is called', '')
    .option('--json', 'print JSON')
    .action((options) => createAccount(storageOf(create), options))
  const list = accounts
    .command('list')
    .description('list all accounts, oldest first')
    .option('--json', 'print JSON')
    .action((options) => printAccounts(storageOf(list), options))
  addSettingOptions(create, storageSettings)
  addSettingOptions(list, storageSettings)
}

/** The command line: parses, and calls one function for each command. Throws instead of ending the process. */
export const createProgram = (): Command => {
  const program = new Command('imagehooks')
    .description(
      'A self-hosted image service that speaks the Cloudflare Images API, with webhooks that do not get lost.',
    )
    .version(version, '-v, --version', 'print the version')
    .configureHelp({
      showGlobalOptions: false,
      styleTitle: colour('bold'),
      styleCommandText: colour('cyan'),
      styleSubcommandText: colour('cyan'),
      styleOptionText: colour('cyan'),
    })
    .showHelpAfterError('Run it with --help to see what there is.')
    .exitOverride()
  const devCommand = program
    .command('dev')
    .description('run it for yourself: an account, a token, and an inbox page that shows each webhook')
    .action(() => dev(configOf(devCommand, 'dev')))
  const serveCommand = program
    .command('serve')
    .description('run it in production: HTTPS endpoints only, private addresses refused')
    .action(() => runServer(configOf(serveCommand, 'serve')))
  addSettingOptions(devCommand).addHelpText('after', environmentHelp)
  addSettingOptions(serveCommand).addHelpText('after', environmentHelp)
  addAccounts(program)
  const migrateCommand = program
    .command('migrate')
    .description('bring the schema of the database up to date, before a newer version is started')
    .action(() => migrate(storageOf(migrateCommand)))
  addSettingOptions(migrateCommand, storageSettings)
  const explainCommand = program
    .command('explain')
    .description('say what happened to a delivery, or how an endpoint fares, why, and what comes next')
    .argument('<id>', 'dlv_… or webhook_…')
    .option('--json', 'print JSON')
    .action((id: string, options) => explain(explainCommand, id, options))
  addApiOptions(explainCommand)
  addSettingOptions(explainCommand, ['dataFolder'])
  program
    .command('version')
    .description('print the version')
    .action(() => console.log(version))
  return program
}
