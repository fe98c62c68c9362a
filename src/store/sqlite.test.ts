import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../test/ground/temporary.ts'
import { systemClock } from '../domain/clock.ts'
import { migrate, readMigrations } from './migrate.ts'
import { openSqlite } from './sqlite.ts'

const onFatal = (error: Error): never => {
  throw error
}

describe('the embedded database', () => {
  it('refuses a second owner of the same folder, and lets the next one in when the first has closed', async () => {
    const folder = temporaryFolder()
    const first = openSqlite({ folder, clock: systemClock, onFatal })
    expect(() => openSqlite({ folder, clock: systemClock, onFatal })).toThrow(/Another Imagehooks process uses/)
    await first.close()
    await openSqlite({ folder, clock: systemClock, onFatal }).close()
  })

  it('syncs every commit to the disk', async () => {
    const folder = temporaryFolder()
    const database = openSqlite({ folder, clock: systemClock, onFatal })
    await migrate(database, readMigrations('sqlite'), systemClock)
    const [mode] = await database.read('pragma journal_mode', [])
    expect(mode?.['journal_mode']).toBe('wal')
    await database.close()
  })

  it('finds committed rows again after it was opened anew', async () => {
    const folder = temporaryFolder()
    const known = readMigrations('sqlite')
    const first = openSqlite({ folder, clock: systemClock, onFatal })
    expect(await migrate(first, known, systemClock)).toEqual(known.map(({ name }) => name))
    await first.write([
      { sql: `insert into account (id, hash, name, created_at) values ('a', 'h', 'n', 1)`, parameters: [] },
    ])
    await first.close()
    const second = openSqlite({ folder, clock: systemClock, onFatal })
    expect(await migrate(second, known, systemClock)).toEqual([])
    expect(await second.read('select id from account', [])).toHaveLength(1)
    await second.close()
  })

  it('refuses a schema that is newer than the code, or that was edited', async () => {
    const folder = temporaryFolder()
    const known = readMigrations('sqlite')
    const database = openSqlite({ folder, clock: systemClock, onFatal })
    await migrate(database, known, systemClock)
    await expect(migrate(database, [], systemClock)).rejects.toThrow(/newer than this version knows/)
    const edited = known.map((migration) => ({ ...migration, digest: 'another' }))
    await expect(migrate(database, edited, systemClock)).rejects.toThrow(/differs/)
    await database.close()
  })

  it('undoes a migration that fails half-way', async () => {
    const folder = temporaryFolder()
    const database = openSqlite({ folder, clock: systemClock, onFatal })
    const broken = { number: 1, name: '0001_broken.sql', sql: 'create table half (id text); nonsense', digest: 'd' }
    await expect(migrate(database, [broken], systemClock)).rejects.toThrow(/nonsense/)
    expect(await database.read(`select name from sqlite_schema where name = 'half'`, [])).toEqual([])
    await database.close()
  })

  it('tells the process to end when a commit fails, and rejects what waits for it', async () => {
    const folder = temporaryFolder()
    let fatal: Error | undefined
    const database = openSqlite({ folder, clock: systemClock, onFatal: (error) => (fatal = error) })
    await migrate(database, readMigrations('sqlite'), systemClock)
    // Another connection that breaks the owner's rule and holds the write lock makes `begin` fail.
    const intruder = new DatabaseSync(join(folder, 'imagehooks.db'))
    intruder.exec('begin immediate')
    await expect(database.write([{ sql: 'delete from account', parameters: [] }])).rejects.toThrow(/could not commit/)
    expect(fatal?.message).toMatch(/could not commit/)
    intruder.exec('rollback')
    intruder.close()
    await database.close()
  })
})
