import { failure, ok, reportOf, warning, type Finding, type Report, type Unmade } from '../finding.ts'
import type { Entry } from './entries.ts'
import type { ProjectFacts, VariableFile } from './project-facts.ts'
import { isSecret } from './secret-words.ts'

const judgeConfig = ({ configs, folder }: ProjectFacts): readonly Finding[] => {
  if (configs.length === 0)
    return [
      failure('config', {
        what: 'there is no wrangler.jsonc, wrangler.json or wrangler.toml',
        why: 'It is no folder of a Worker, so there is nothing to look at.',
        fix: `Name the folder that holds it: imagehooks doctor project ${folder === '.' ? './my-worker' : `${folder}/…`}`,
      }),
    ]
  return configs.map(({ name, read }) =>
    read.ok
      ? ok('config', `${name} can be read`)
      : failure('config', {
          subject: `${name}:${read.line}`,
          what: read.reason,
          why: 'What cannot be read cannot be looked at; wrangler cannot deploy it either.',
          fix: 'Correct it at this line.',
        }),
  )
}

/** Where a variable stands: undefined for what is none; the environment where it is of one. */
const variableOf = ({
  path,
}: Entry): { readonly name: string; readonly environment?: string | undefined } | undefined => {
  const [first, environment, third, ...deep] = path
  if (first === 'vars' && environment !== undefined) return { name: path.slice(1).join('.') }
  if (first === 'env' && third === 'vars' && deep.length > 0) return { name: deep.join('.'), environment }
  return undefined
}

const committed = (file: string, entry: Entry): Finding | undefined => {
  const variable = variableOf(entry)
  if (!variable || !isSecret(entry.path.at(-1) ?? '', entry.text)) return undefined
  const { name, environment } = variable
  const [secret] = name.split('.')
  const inEnvironment = environment === undefined ? '' : ` --env ${environment}`
  return failure('vars', {
    subject: `${file}:${entry.line}`,
    what: `${name} stands in vars${environment === undefined ? '' : ` of the environment ${environment}`}`,
    why: 'Whoever can read the repository, its history or the dashboard of Cloudflare has this secret.',
    fix: `Take the line out; npx wrangler secret put ${secret}${inEnvironment} for production, a line ${secret}=… in .dev.vars for development. It is known now, so make a new one: imagehooks endpoints rotate`,
  })
}

const judgeVars = ({ configs }: ProjectFacts): readonly (Finding | Unmade)[] => {
  const readable = configs.flatMap(({ name, read }) => (read.ok ? [{ name, entries: read.entries }] : []))
  if (readable.length === 0) return [{ check: 'vars', because: 'no file could be read' }]
  const found = readable.flatMap(({ name, entries }) => entries.flatMap((entry) => committed(name, entry) ?? []))
  return found.length > 0 ? found : [ok('vars', 'no secret stands in vars')]
}

const judgeFile = ({ name, exists, git }: VariableFile): Finding | Unmade => {
  const check = 'dev-vars'
  if (git === undefined) return { check, because: `${name} is in no git repository` }
  if (git === 'ignored') return ok(check, `git ignores ${name}`)
  const why = 'With the next commit everybody who can read the repository has the secrets in it, for ever.'
  if (git === 'tracked')
    return failure(check, {
      subject: name,
      what: 'it is in the git repository',
      why: 'Whoever can read the repository or its history has the secrets in it.',
      fix: `git rm --cached ${name}, a line ${name} in .gitignore, and new secrets: these are known.`,
    })
  const trouble = { subject: name, why, fix: `Put a line ${name} into .gitignore.` }
  return exists
    ? failure(check, { ...trouble, what: 'it holds secrets, and git does not ignore it' })
    : warning(check, { ...trouble, what: 'git does not ignore it; it holds no secret yet' })
}

/** What the facts about a Worker's folder mean. No value of a secret is in any sentence. */
export const judgeProject = (facts: ProjectFacts): Report =>
  reportOf(`Worker in ${facts.folder}`, [
    ...judgeConfig(facts),
    ...judgeVars(facts),
    ...(facts.configs.length === 0
      ? [{ check: 'dev-vars', because: 'no file could be read' }]
      : facts.variableFiles.map(judgeFile)),
  ])
