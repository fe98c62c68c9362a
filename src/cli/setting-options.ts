import { type Command, Option } from 'commander'
import { buildConfig, type Config, type Mode, readStorage, type Storage } from '../config/config.ts'
import { type FlagValues, readSettings, type SettingName, settingForms } from '../config/env.ts'

type Flagged = Extract<(typeof settingForms)[number], { flag: string }>

/** The settings that a flag can give. */
const flagged: readonly Flagged[] = settingForms.filter((form): form is Flagged => 'flag' in form)

/** What the flags do not say, below them. */
export const environmentHelp = `
The name in brackets gives the same setting in the environment; flags win. Secrets come from there alone:
${settingForms.flatMap((form) => ('flag' in form ? [] : `  ${form.environment}`)).join('\n')}`

const together = (value: string, values: readonly string[] = []): readonly string[] => [...values, value]

const optionOf = (form: Flagged): Option => {
  const option = new Option(`--${form.flag} <${form.value}>`, `${form.help} [${form.environment}]`)
  return 'repeatable' in form ? option.argParser(together) : option
}

/** Gives a command the flags of these settings; of all when none are named. */
export const addSettingOptions = (command: Command, names?: readonly SettingName[]): Command => {
  for (const form of flagged) if (!names || names.includes(form.name)) command.addOption(optionOf(form))
  return command
}

const flagValues = (command: Command): FlagValues =>
  Object.fromEntries(flagged.map((form) => [form.flag, command.getOptionValue(optionOf(form).attributeName())]))

/** The config of a command: its flags, then the environment, then defaults. Throws a ConfigError. */
export const configOf = (command: Command, mode: Mode): Config =>
  buildConfig(mode, readSettings(flagValues(command), process.env), process.cwd())

/** Where the rows are, for a command that needs no other setting. Throws a ConfigError. */
export const storageOf = (command: Command): Storage =>
  readStorage(readSettings(flagValues(command), process.env), process.cwd())
