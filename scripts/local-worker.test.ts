import { readdirSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../test/ground/temporary.ts'
import { type LocalWorker, type LocalWorkerOptions, startLocalWorker } from './local-worker.ts'

/** Keeps each body it is sent, and queues the body `broken`, which its consumer cannot take. */
const notebook = `
export default {
  async fetch(request, env) {
    const text = await request.text()
    console.warn('heard ' + text)
    if (text === 'broken') await env.LETTERS.send({ text })
    else await env.NOTES.prepare('insert into note (text) values (?)').bind(text).run()
    return new Response(env.GREETING)
  },
  async queue(batch, env) {
    if (batch.queue === 'letters') throw new Error('cannot take it')
    for (const { body } of batch.messages) {
      await env.NOTES.prepare('insert into note (text) values (?)').bind('dead: ' + body.text).run()
    }
  },
}`

const firstMigration = 'create table note (id integer primary key, text text not null);\n'

const notebookOptions = async (): Promise<LocalWorkerOptions> => {
  const folder = temporaryFolder()
  const migrationsFolder = join(folder, 'migrations')
  await mkdir(migrationsFolder)
  writeFileSync(join(migrationsFolder, '0001_note.sql'), firstMigration)
  writeFileSync(join(folder, 'worker.js'), notebook)
  return {
    entry: join(folder, 'worker.js'),
    persistFolder: join(folder, 'state'),
    bindings: { GREETING: 'hello' },
    d1: { binding: 'NOTES', migrationsFolder },
    queueProducers: { LETTERS: 'letters' },
    queueConsumers: { letters: { maxRetries: 1, deadLetterQueue: 'dead-letters' }, 'dead-letters': {} },
  }
}

const start = async (options: LocalWorkerOptions): Promise<LocalWorker> => {
  const worker = await startLocalWorker(options)
  onTestFinished(() => worker.stop())
  return worker
}

const write = async (worker: LocalWorker, body: string): Promise<string> =>
  (await fetch(worker.url, { method: 'POST', body })).text()

const notes = async (worker: LocalWorker): Promise<unknown[]> =>
  (await worker.d1('select text from note order by id')).map((row) => row['text'])

const runtimeCount = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'ProcessWrap').length

const runtimeFolders = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('miniflare-'))

test('a Worker that went down comes back at the same port with the same D1', async () => {
  const options = await notebookOptions()
  const first = await start(options)
  expect(await write(first, 'before')).toBe('hello')
  await first.stop()
  await expect(fetch(first.url)).rejects.toThrow('fetch failed')
  writeFileSync(join(options.d1?.migrationsFolder ?? '', '0002_author.sql'), 'alter table note add author text;')
  const second = await start({ ...options, port: first.port })
  expect(second.url).toBe(first.url)
  await write(second, 'after')
  expect(await notes(second)).toEqual(['before', 'after'])
  expect(await second.d1('select count(*) as count from note where author is ?', null)).toEqual([{ count: 2 }])
})

test('a message that fails too often reaches the dead letter queue', async () => {
  const worker = await start(await notebookOptions())
  await write(worker, 'broken')
  await expect.poll(() => notes(worker), { timeout: 30_000 }).toEqual(['dead: broken'])
})

test('stopping, once or twice, ends the runtime, frees its temporary files and closes D1', async () => {
  const runningBefore = runtimeCount()
  const foldersBefore = runtimeFolders()
  const { persistFolder: _, ...options } = await notebookOptions()
  const worker = await start(options)
  expect(runtimeCount()).toBe(runningBefore + 1)
  expect(runtimeFolders()).not.toEqual(foldersBefore)
  await worker.stop()
  await worker.stop()
  expect(runtimeCount()).toBe(runningBefore)
  expect(runtimeFolders()).toEqual(foldersBefore)
  await expect(notes(worker)).rejects.toThrow(/dispose/i)
})

test('what the Worker writes to its console is heard, and goes nowhere else', async () => {
  const heard = Promise.withResolvers<{ level: string; message: string }>()
  const worker = await start({ ...(await notebookOptions()), log: heard.resolve })
  await write(worker, 'something')
  expect(await heard.promise).toEqual({ level: 'warn', message: 'heard something' })
})

test('a start that cannot succeed says why and leaves nothing running', async () => {
  const runningBefore = runtimeCount()
  const foldersBefore = runtimeFolders()
  const options = await notebookOptions()
  const migrationsFolder = options.d1?.migrationsFolder ?? ''
  writeFileSync(join(migrationsFolder, '0002_faulty.sql'), 'create table other (id integer);\nalter table nothing;')
  await expect(startLocalWorker(options)).rejects.toThrow(/0002_faulty\.sql/)
  await expect(startLocalWorker({ ...options, entry: `${options.entry}x` })).rejects.toThrow(/worker\.jsx/)
  expect(runtimeCount()).toBe(runningBefore)
  expect(runtimeFolders()).toEqual(foldersBefore)
  writeFileSync(join(migrationsFolder, '0002_faulty.sql'), 'select 1;')
  const worker = await start(options)
  expect(await worker.d1("select name from sqlite_master where name = 'other'")).toEqual([])
  await expect(startLocalWorker({ ...options, port: worker.port })).rejects.toThrow(/in use/i)
  expect(runtimeCount()).toBe(runningBefore + 1)
})
