import type { Command, Option } from 'commander'

/** What a shell may put where the cursor stands. */
export type Completion = {
  readonly suggestions: readonly { readonly value: string; readonly description: string }[]
  /** The names of files, which the shell knows best. */
  readonly files: boolean
}

const nothing: Completion = { suggestions: [], files: false }
const files: Completion = { suggestions: [], files: true }

/** Arguments and values that are places on the disk, by what the help calls them. */
const isPlace = (name: string): boolean => /\b(files?|folders?)\b/.test(name)

const takesValue = (option: Option): boolean => option.required || option.optional

const optionOf = (command: Command, flag: string): Option | undefined =>
  command.options.find(({ long, short }) => flag === long || flag === short)

const choicesOf = (choices: readonly string[] | undefined, name: string, typed: string, prefix = ''): Completion => {
  if (!choices) return isPlace(name) ? files : nothing
  const suggestions = choices
    .filter((choice) => choice.startsWith(typed))
    .map((choice) => ({ value: `${prefix}${choice}`, description: '' }))
  return { suggestions, files: false }
}

const valuesOf = (option: Option, typed: string, prefix?: string): Completion =>
  choicesOf(option.argChoices, option.flags, typed, prefix)

/** Bash takes `--state=dead` for three words. */
const joined = (words: readonly string[]): readonly string[] =>
  words.flatMap((word, at) => {
    if (word !== '=' || !words[at - 1]?.startsWith('--')) return [word]
    return at === words.length - 1 ? [''] : []
  })

/** Where the words lead: the command, the flag that waits for its value, and how many arguments stand behind it. */
const walk = (program: Command, words: readonly string[]) => {
  let command = program
  let waiting: Option | undefined
  let argumentCount = 0
  let onlyArguments = false
  for (const word of words) {
    if (waiting) waiting = undefined
    else if (word === '--') onlyArguments = true
    else if (!onlyArguments && word.startsWith('-')) {
      const option = optionOf(command, word)
      if (option && takesValue(option)) waiting = option
    } else {
      const below = argumentCount === 0 ? command.commands.find((each) => each.name() === word) : undefined
      if (below) command = below
      else argumentCount += 1
    }
  }
  return { command, waiting, argumentCount, onlyArguments }
}

const flagsOf = (command: Command, typed: string, used: ReadonlySet<string>): Completion => {
  const options = command.createHelp().visibleOptions(command)
  const suggestions = options.flatMap(({ long, description, parseArg }) =>
    long?.startsWith(typed) && (parseArg || !used.has(long)) ? [{ value: long, description }] : [],
  )
  return { suggestions, files: false }
}

/**
 * What fits behind the words of a command line, of which the last is still being typed. Reads the program itself, so that
 * it knows every command and flag that there is.
 */
export const complete = (program: Command, line: readonly string[]): Completion => {
  const words = joined(line)
  const typed = words.at(-1) ?? ''
  const before = words.slice(0, -1)
  const { command, waiting, argumentCount, onlyArguments } = walk(program, before)
  if (waiting) return valuesOf(waiting, typed)
  if (!onlyArguments && typed.startsWith('-')) {
    const [, flag = '', value = ''] = /^(--[^=]+)=(.*)$/s.exec(typed) ?? []
    const option = optionOf(command, flag)
    return option ? valuesOf(option, value, `${flag}=`) : flagsOf(command, typed, new Set(before))
  }
  const below = command.createHelp().visibleCommands(command)
  if (argumentCount === 0 && below.length > 0) {
    const suggestions = below
      .filter((each) => each.name().startsWith(typed))
      .map((each) => ({ value: each.name(), description: each.description() }))
    return { suggestions, files: false }
  }
  const argument = command.registeredArguments.at(argumentCount) ?? command.registeredArguments.at(-1)
  if (!argument || (argumentCount >= command.registeredArguments.length && !argument.variadic)) return nothing
  return choicesOf(argument.argChoices, argument.name(), typed)
}
