import { Command } from 'commander'
import { readFileSync } from 'node:fs'
import { styleText } from 'node:util'
import { commandEntries } from './commands.ts'

const readVersion = (): string =>
  String(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version)

/** Colours that the parser leaves out by itself where the output shows none. */
const colour =
  (style: Parameters<typeof styleText>[0]) =>
  (text: string): string =>
    styleText(style, text, { validateStream: false })

/**
 * The command line: parses, and calls one function for each command. Throws instead of ending the process. Of all
 * commands, those that `words` may mean are declared whole; the others are known by name and description.
 */
export const createProgram = async (words: readonly string[]): Promise<Command> => {
  const program = new Command('imagehooks')
    .description(
      'A self-hosted image service that speaks the Cloudflare Images API, with webhooks that do not get lost.',
    )
    .version(readVersion(), '-v, --version', 'print the version')
    .configureHelp({
      showGlobalOptions: false,
      styleTitle: colour('bold'),
      styleCommandText: colour('cyan'),
      styleSubcommandText: colour('cyan'),
      styleOptionText: colour('cyan'),
    })
    .configureOutput({
      outputError: (text, write) =>
        write(text.replace(/^error:/, styleText('red', 'error:', { stream: process.stderr }))),
    })
    .showHelpAfterError('Run it with --help to see what there is.')
    .addHelpText('after', '\nWhat each command answers with, exit codes and examples: docs/cli.md')
    .exitOverride()
  for (const { name, description, hidden = false, declare } of commandEntries) {
    const command = program.command(name, { hidden }).description(description)
    if (words.includes(name)) await declare(command)
  }
  return program
}
