import { Argument, type Command } from 'commander'
import { addExamples } from '../examples.ts'
import { complete } from './complete.ts'
import { completionScript, type Shell, shells } from './scripts.ts'

/** `imagehooks completion`: prints the script of a shell. */
export const declareCompletion = (command: Command): void => {
  command
    .addArgument(new Argument('<shell>', 'which shell').choices(shells))
    .action((shell: Shell) => void process.stdout.write(completionScript(shell)))
  addExamples(command, [
    [
      'completion bash >> ~/.bash_completion',
      'from the next shell on; or for now: source <(imagehooks completion bash)',
    ],
    ['completion zsh > "${fpath[1]}/_imagehooks"', 'from the next shell on, where compinit is called'],
    ['completion fish > ~/.config/fish/completions/imagehooks.fish', 'from the next shell on'],
  ])
}

/** `imagehooks complete -- words`: what those scripts ask. */
export const declareComplete = (command: Command): void => {
  command.argument('[words...]').action(() => {
    if (!command.parent) return
    const { suggestions, files } = complete(command.parent, command.args)
    for (const { value, description } of suggestions) process.stdout.write(`${value}\t${description}\n`)
    if (files) process.stdout.write(':files\n')
  })
}
