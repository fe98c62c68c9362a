import { describe, expect, test } from 'vitest'
import { openSqliteFile } from '../../test/databases.ts'
import { postStandard, upload } from '../../test/deliver.ts'
import { code, receiving } from '../../test/receiving.ts'
import { inboxConformance } from './conformance.ts'
import { sqliteInbox } from './sqlite-inbox.ts'

describe('the SQLite inbox', () => {
  test.each(inboxConformance)('$name', async ({ run }) => {
    const { connection } = openSqliteFile()
    await expect(run((now) => sqliteInbox(connection, { now }))).resolves.toBeUndefined()
  })

  test('is one for all processes that share its file', async () => {
    const { path, connection } = openSqliteFile()
    const inboxes = [sqliteInbox(connection), sqliteInbox(openSqliteFile(path).connection)]
    const claims = await Promise.all(
      Array.from({ length: 100 }, (_, at) => inboxes[at % 2]?.claim('a', { leaseMs: 60_000, keepMs: 3_600_000 })),
    )
    expect(claims.filter((claim) => claim?.state === 'new')).toHaveLength(1)
  })
})

describe('an effect that happens once, in SQLite', () => {
  const count = (connection: ReturnType<typeof openSqliteFile>['connection']) =>
    connection.prepare('select count(*) as count from effect').get()?.['count']

  test('happens once under 100 deliveries at once that nothing else keeps apart', async () => {
    const { connection } = openSqliteFile()
    connection.exec('create table effect (image_id text)')
    // A memory inbox of its own for each delivery: the transactional form alone must hold.
    const codes = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const { fetch, on } = receiving()
        on('image.uploaded', ({ key, event }) =>
          sqliteInbox(connection).once(key, (database) => {
            database.prepare('insert into effect values (?)').run(event.image.id)
          }),
        )
        return code(await fetch(postStandard(upload())))
      }),
    )
    expect(new Set(codes)).toEqual(new Set(['done']))
    expect(count(connection)).toBe(1)
  })

  test('that fails leaves nothing, and happens at the next time', async () => {
    const { connection } = openSqliteFile()
    connection.exec('create table effect (image_id text)')
    const inbox = sqliteInbox(connection)
    const write = () => connection.exec("insert into effect values ('a')")
    const failing = inbox.once('a', () => {
      write()
      throw new Error('broken')
    })
    await expect(failing).rejects.toThrow('broken')
    expect(count(connection)).toBe(0)
    expect(await inbox.once('a', write)).toBe('ran')
    expect(await inbox.once('a', write)).toBe('duplicate')
    expect(count(connection)).toBe(1)
  })

  test('may not wait, and is forgotten when its time is over', async () => {
    const { connection } = openSqliteFile()
    const clock = { now: 0 }
    const inbox = sqliteInbox(connection, { now: () => clock.now })
    await expect(inbox.once('a', async () => {})).rejects.toThrow('cannot wait for a promise')
    expect(await inbox.once('a', () => {}, { keepMs: 1000 })).toBe('ran')
    clock.now = 999
    expect(await inbox.once('a', () => {}, { keepMs: 1000 })).toBe('duplicate')
    expect(await inbox.sweep(10)).toBe(0)
    clock.now = 1000
    expect(await inbox.once('a', () => {}, { keepMs: 1000 })).toBe('ran')
    clock.now = 2000
    expect(await inbox.sweep(10)).toBe(1)
  })
})
