/**
 * The least that an upload can cost: a bare HTTP server that takes a file as its body, probes it, writes it, syncs it,
 * renames it, syncs the folder and commits one row. Prints its address, ends on SIGTERM.
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { serveCommands } from './commands.ts'
import { probe } from '../src/pixels/probe.ts'

const folder = mkdtempSync(join(tmpdir(), 'imagehooks-bench-'))
const database = new DatabaseSync(join(folder, 'bare.db'))
database.exec(
  'pragma journal_mode = wal; pragma synchronous = full; create table image (id text primary key, format text, size integer) strict',
)
const insert = database.prepare('insert into image values (?, ?, ?)')

const syncFolder = async (): Promise<void> => {
  const handle = await open(folder)
  await handle.sync()
  await handle.close()
}

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const bytes = Buffer.concat(chunks)
  const id = randomBytes(16).toString('hex')
  const { format } = await probe({ bytes })
  const file = await open(join(folder, `${id}.tmp`), 'wx')
  await file.write(bytes)
  await file.sync()
  await file.close()
  await rename(join(folder, `${id}.tmp`), join(folder, id))
  await syncFolder()
  insert.run(id, format, bytes.length)
  response.end(JSON.stringify({ id }))
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.stdout.write(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}\n`)
})
serveCommands({}, async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  database.close()
  rmSync(folder, { recursive: true, force: true })
})
