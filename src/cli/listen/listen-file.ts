import { createHash, randomBytes } from 'node:crypto'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { ConfigError } from '../../config/config-error.ts'
import { readPrivateFile, writePrivateFile } from '../../config/private-file.ts'

/** Which listener this is: one server, one account, one URL. */
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

const readState = (path: string, text: string): ListenState => {
  try {
    const { secret, cursor } = JSON.parse(text)
    if (typeof secret === 'string' && (cursor === undefined || typeof cursor === 'string')) return { secret, cursor }
  } catch {
    // Told below: no JSON is as damaged as JSON without the fields.
  }
  throw new ConfigError(`${path} is damaged; remove it, and a new secret is made that the receiver must be given.`)
}

/** Opens the file of a listener; `secret` replaces the one that is kept. */
export const openListenFile = async (folder: string, place: ListenPlace, secret?: string): Promise<ListenFile> => {
  const name = createHash('sha256').update(JSON.stringify(place)).digest('hex').slice(0, 16)
  const path = join(folder, 'listen', `${name}.json`)
  const text = await readPrivateFile(path)
  const kept = text === undefined ? undefined : readState(path, text)
  const state: ListenState = {
    secret: secret ?? kept?.secret ?? `whsec_${randomBytes(32).toString('base64')}`,
    cursor: kept?.cursor,
  }
  const write = (cursor: string | undefined): Promise<void> =>
    writePrivateFile(path, `${JSON.stringify({ ...place, secret: state.secret, cursor }, null, 2)}\n`)
  if (kept?.secret !== state.secret) await write(state.cursor)
  return { path, state, isNew: kept === undefined && secret === undefined, keep: write }
}
