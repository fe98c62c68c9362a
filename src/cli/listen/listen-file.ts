import { createHash, randomBytes } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { ConfigError } from '../../config/config-error.ts'
import { makeFolder } from '../../config/make-folder.ts'
import { readPrivateFile, writePrivateFile } from '../../config/private-file.ts'
import { lockFile } from '../../store/file-lock.ts'

/** Which listener this is: one server, one account, one URL or one map of them. */
export type ListenPlace = { readonly server: string; readonly accountId: string; readonly forwardTo: string }

/** What a listener needs again the next time. */
export type ListenState = { readonly secret: string; readonly cursor: string | undefined }

/** Keeps the secret and the place in the feed of one listener, in a file that its owner alone may read. */
export type ListenFile = {
  readonly path: string
  /** What was kept; a new secret at the first time, which `isNew` tells. */
  readonly state: ListenState
  readonly isNew: boolean
  /** Keeps this cursor, and the secret with it. */
  keep(cursor: string): Promise<void>
}

/** Where the command line keeps what it needs again: `IMAGEHOOKS_STATE_DIR`, else by the XDG rules. */
export const stateFolder = (environment: NodeJS.ProcessEnv): string =>
  resolve(
    environment['IMAGEHOOKS_STATE_DIR'] ||
      join(environment['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'imagehooks'),
  )

type Kept = ListenState & { readonly forwardTo: string }

const readKept = (path: string, text: string): Kept => {
  try {
    const { secret, cursor, forwardTo } = JSON.parse(text)
    if (typeof secret === 'string' && secret !== '' && (cursor === undefined || typeof cursor === 'string'))
      return { secret, cursor, forwardTo: String(forwardTo) }
  } catch {
    // Told below: no JSON is as damaged as JSON without the fields.
  }
  throw new ConfigError(`${path} is damaged; remove it, and a new secret is made that the receiver must be given.`)
}

const folderOf = (folder: string): string => join(folder, 'listen')

const pathOf = (folder: string, place: ListenPlace): string =>
  join(folderOf(folder), `${createHash('sha256').update(JSON.stringify(place)).digest('hex').slice(0, 16)}.json`)

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'an unknown error'

/** Says of a file of ours that cannot be used where another place for it is named. */
const orElsewhere = async <Result>(path: string, work: () => Promise<Result>): Promise<Result> => {
  try {
    makeFolder(dirname(path), 'choose another with IMAGEHOOKS_STATE_DIR')
    return await work()
  } catch (error) {
    if (error instanceof ConfigError) throw error
    throw new ConfigError(
      `${path} cannot be used (${codeOf(error)}); mend that, or choose another folder with IMAGEHOOKS_STATE_DIR.`,
    )
  }
}

/** Opens the file of a listener; `secret` replaces the one that is kept. Its owner is whoever holds its lock. */
export const openListenFile = (folder: string, place: ListenPlace, secret?: string): Promise<ListenFile> => {
  const path = pathOf(folder, place)
  return orElsewhere(path, async () => {
    const text = await readPrivateFile(path)
    const kept = text === undefined ? undefined : readKept(path, text)
    const state: ListenState = {
      secret: secret ?? kept?.secret ?? `whsec_${randomBytes(32).toString('base64')}`,
      cursor: kept?.cursor,
    }
    const write = (cursor: string | undefined): Promise<void> =>
      writePrivateFile(path, `${JSON.stringify({ ...place, secret: state.secret, cursor }, null, 2)}\n`)
    if (kept?.secret !== state.secret) await write(state.cursor)
    return {
      path,
      state,
      isNew: kept === undefined && secret === undefined,
      keep: (cursor) => orElsewhere(path, () => write(cursor)),
    }
  })
}

/**
 * Makes this process the only listener of its place; answers what gives it up.
 * @throws ConfigError where another one runs.
 */
export const lockListenFile = (folder: string, place: ListenPlace): Promise<() => void> => {
  const path = pathOf(folder, place).replace(/json$/, 'lock')
  return orElsewhere(path, async () => {
    const unlock = lockFile(path)
    if (unlock) return unlock
    throw new ConfigError(
      'Another listener forwards the events of this account there already, and each would be sent twice; stop it, or forward to another URL.',
    )
  })
}

/** Where a listener forwards to, one URL for each `types=url` of a map. */
const urlsOf = ({ forwardTo }: Kept): string[] =>
  forwardTo.split(' ').map((word) => word.replace(/^[a-z_.]+=(?=http)/, ''))

/** The secret by which events were last forwarded to a URL; undefined where none ever were. */
export const findKeptSecret = async (folder: string, url: URL): Promise<string | undefined> => {
  const names = await readdir(folderOf(folder)).catch(() => [])
  const found: { readonly secret: string; readonly changedMs: number }[] = []
  for (const name of names.filter((each) => each.endsWith('.json'))) {
    const path = join(folderOf(folder), name)
    const text = await readPrivateFile(path)
    const kept = text === undefined ? undefined : readKept(path, text)
    if (kept && urlsOf(kept).includes(url.href))
      found.push({ secret: kept.secret, changedMs: (await stat(path)).mtimeMs })
  }
  return found.toSorted((one, other) => other.changedMs - one.changedMs)[0]?.secret
}
