import { createHash, randomUUID } from 'node:crypto'
import { closeSync, fdatasync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { ConfigError } from '../../../config/config-error.ts'
import { makeFolder } from '../../../config/make-folder.ts'

/** Which uploads a journal is of: one server, one account, and all that each image is given. */
export type UploadKind = Readonly<Record<string, unknown>>

/** What is known of one image: under which key it is sent, since when, and, where it is done, its id. */
export type UploadEntry = { readonly key: string; readonly begunAt: number; readonly id?: string | undefined }

/**
 * What of many uploads is done, in a file that outlives whatever ends the process. A mark tells one image from another.
 * Before an image is sent its key stands on the disk; whoever comes back sends it under the same key, and the server
 * answers what it has taken already by the image it made then.
 */
export type UploadJournal = {
  find(mark: string): UploadEntry | undefined
  /** Resolves when the key is safe. */
  begin(mark: string, now: number): Promise<UploadEntry>
  done(mark: string, id: string): void
  /** The server has said no: the next try is another request. */
  refused(mark: string): void
  /** Nothing more is written. `allDone`: these marks will not be asked for again by who goes on. */
  close(allDone?: ReadonlySet<string>): void
}

/** One line. What was cut off when the process was killed is no line: its image is sent once more, under its key. */
type Line = {
  readonly mark: string
  readonly key?: string
  readonly at?: number
  readonly id?: string
  readonly no?: true
}

const isLine = (value: unknown): value is Line =>
  typeof value === 'object' && value !== null && 'mark' in value && typeof value.mark === 'string'

const parse = (text: string): Line | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return isLine(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** The lines behind the head. */
const linesOf = (text: string): readonly Line[] =>
  text
    .split('\n')
    .slice(1)
    .flatMap((line) => parse(line) ?? [])

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}

const learn = (entries: Map<string, UploadEntry>, { mark, key, at, id, no }: Line): void => {
  const known = entries.get(mark)
  if (no) entries.delete(mark)
  else if (key !== undefined) entries.set(mark, { key, begunAt: at ?? 0 })
  else if (id !== undefined) entries.set(mark, { key: known?.key ?? '', begunAt: known?.begunAt ?? 0, id })
}

const syncData = promisify(fdatasync)

type Opened = { readonly path: string; readonly head: string; readonly entries: Map<string, UploadEntry> }

const writerOf = (
  { path, head, entries }: Opened,
  close: (write: { readonly begun: boolean }, allDone: ReadonlySet<string> | undefined) => void,
): UploadJournal => {
  let file: number | undefined
  const write = (line: Line): number => {
    if (file === undefined) {
      makeFolder(dirname(path))
      const before = read(path)
      file = openSync(path, 'a', 0o600)
      if (before === '') writeSync(file, `${head}\n`)
      // What comes next must not stand behind a line that was cut off.
      else if (!before.endsWith('\n')) writeSync(file, '\n')
    }
    writeSync(file, `${JSON.stringify(line)}\n`)
    learn(entries, line)
    return file
  }
  return {
    find: (mark) => entries.get(mark),
    async begin(mark, now) {
      const entry = { key: randomUUID(), begunAt: now }
      await syncData(write({ mark, key: entry.key, at: now }))
      return entry
    },
    done: (mark, id) => void write({ mark, id }),
    refused: (mark) => void write({ mark, no: true }),
    close(allDone) {
      const begun = file !== undefined
      if (file !== undefined) closeSync(file)
      file = undefined
      close({ begun }, allDone)
    },
  }
}

/**
 * A journal in a file of the user's choice, which stays: what stands in it is never uploaded again.
 * @throws ConfigError when the file belongs to other uploads.
 */
export const openNamedJournal = (path: string, kind: UploadKind): UploadJournal => {
  const head = JSON.stringify(kind)
  const text = read(path)
  if (text !== '' && text.split('\n', 1)[0] !== head)
    throw new ConfigError(
      `${path} is the journal of other uploads (another server, account or other flags); choose another file with --journal.`,
    )
  const entries = new Map<string, UploadEntry>()
  for (const line of linesOf(text)) learn(entries, line)
  return writerOf({ path, head, entries }, () => {})
}

/** Who has not gone on for so long does not mean to. */
const keptForMs = 30 * 86_400_000

/**
 * The journal that a command keeps by itself, below `folder`: a file for each run, so that two at once are in nobody's
 * way. It knows what earlier runs of the same kind have left undone, unless the wish is to begin `anew`. When all is
 * done its file goes, and with it those of earlier runs that left nothing else.
 */
export const openOwnJournal = (
  folder: string,
  kind: UploadKind,
  { now, anew }: { readonly now: number; readonly anew: boolean },
): UploadJournal => {
  const head = JSON.stringify(kind)
  const place = join(folder, 'uploads', createHash('sha256').update(head).digest('hex').slice(0, 16))
  const own = join(place, `${now}-${randomUUID().slice(0, 8)}.jsonl`)
  const entries = new Map<string, UploadEntry>()
  const earlier = new Map<string, readonly string[]>()
  for (const name of filesIn(place)) {
    const path = join(place, name)
    if (anew || now - Number.parseInt(name, 10) > keptForMs) {
      rmSync(path, { force: true })
      continue
    }
    const lines = linesOf(read(path))
    for (const line of lines) learn(entries, line)
    earlier.set(
      path,
      lines.map(({ mark }) => mark),
    )
  }
  return writerOf({ path: own, head, entries }, ({ begun }, allDone) => {
    if (!allDone) return
    if (begun) rmSync(own, { force: true })
    const isSettled = (mark: string): boolean => allDone.has(mark) || !entries.has(mark)
    for (const [path, marks] of earlier) if (marks.every(isSettled)) rmSync(path, { force: true })
  })
}

/** Oldest first, as their names begin with the time. */
const filesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.jsonl'))
      .toSorted()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
