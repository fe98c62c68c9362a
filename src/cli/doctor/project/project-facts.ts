import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { ConfigError } from '../../../config/config-error.ts'
import { readInputFile } from '../../read-input.ts'
import { type Entries, readEntries } from './entries.ts'
import { isSecret } from './secret-words.ts'

/** How git stands to a file: in the repository, left out of it, or neither; undefined where there is no repository. */
export type GitState = 'tracked' | 'ignored' | 'open' | undefined

/** A file of variables for development; `exists`: it is there and holds a secret. */
export type VariableFile = { readonly name: string; readonly exists: boolean; readonly git: GitState }

/** All that is known of a Worker's folder. No value of a secret is in it beyond `configs`. */
export type ProjectFacts = {
  readonly folder: string
  readonly configs: readonly { readonly name: string; readonly read: Entries }[]
  readonly variableFiles: readonly VariableFile[]
}

const configNames = ['wrangler.json', 'wrangler.jsonc', 'wrangler.toml']
const longestFileBytes = 1_048_576

const exitCodeOf = (folder: string, words: readonly string[]): Promise<number> =>
  new Promise((resolve) => {
    // Without a monitor of files, which a repository's own settings could make run anything.
    const child = execFile('git', ['-C', folder, '-c', 'core.fsmonitor=false', ...words], () =>
      resolve(child.exitCode ?? 128),
    )
  })

const gitStateOf = async (folder: string, name: string): Promise<GitState> => {
  if ((await exitCodeOf(folder, ['rev-parse', '--is-inside-work-tree'])) !== 0) return undefined
  if ((await exitCodeOf(folder, ['ls-files', '--error-unmatch', '--', name])) === 0) return 'tracked'
  return (await exitCodeOf(folder, ['check-ignore', '--quiet', '--', name])) === 0 ? 'ignored' : 'open'
}

/** What wrangler reads secrets from in development; examples of such files are for everybody. */
const isVariableFile = (name: string): boolean =>
  /^\.(dev\.vars|env)(\.[\w-]+)*$/.test(name) && !/\.(example|sample|template)$/.test(name)

const holdsSecret = (text: string): boolean =>
  Object.entries(parseEnv(text)).some(([name, value]) => isSecret(name, value))

const namesIn = async (folder: string): Promise<readonly string[]> => {
  try {
    return await readdir(folder)
  } catch {
    throw new ConfigError(`${folder} is no folder that can be read; name the one with the wrangler.jsonc.`)
  }
}

const textOf = async (folder: string, name: string): Promise<string> =>
  Buffer.from(await readInputFile(join(folder, name), longestFileBytes)).toString('utf8')

/** Looks at a Worker's folder; changes nothing in it. Throws a ConfigError for a folder that cannot be read. */
export const readProjectFacts = async (folder: string): Promise<ProjectFacts> => {
  const names = await namesIn(folder)
  const configs = configNames.filter((name) => names.includes(name))
  const variables = names.filter(isVariableFile).toSorted()
  const holding = (
    await Promise.all(variables.map(async (name) => (holdsSecret(await textOf(folder, name)) ? [name] : [])))
  ).flat()
  return {
    folder,
    configs: await Promise.all(
      configs.map(async (name) => ({ name, read: readEntries(name, await textOf(folder, name)) })),
    ),
    variableFiles: await Promise.all(
      [...new Set(['.dev.vars', ...holding])].map(async (name) => ({
        name,
        exists: holding.includes(name),
        git: await gitStateOf(folder, name),
      })),
    ),
  }
}
