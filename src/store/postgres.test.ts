import { DatabaseSync } from 'node:sqlite'
import { Client } from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { makePostgresDatabase } from '../../test/ground/drivers.ts'
import { startPostgres } from '../../test/ground/postgres.ts'
import { systemClock } from '../domain/clock.ts'
import { AppError } from '../domain/errors.ts'
import { recordingLog } from '../telemetry/log.ts'
import type { Statement } from './database.ts'
import { checkSchema, migrate, readMigrations } from './migrate.ts'
import { openPostgres, type PostgresOptions } from './postgres.ts'
import { text } from './row.ts'

const known = readMigrations('postgres')

const open = (url: string, limits: PostgresOptions['limits'] = {}) => {
  const log = recordingLog()
  const database = openPostgres({ url, clock: systemClock, log, limits })
  onTestFinished(() => database.close())
  return { ...database, log }
}

/** A connection of somebody else on the same database. */
const stranger = async (url: string): Promise<Client> => {
  const client = new Client({ connectionString: url })
  await client.connect()
  onTestFinished(() => client.end())
  return client
}

const insertAccount = (id: string): Statement => ({
  sql: 'insert into account (id, hash, name, created_at) values ($1, $2, $3, $4)',
  parameters: [id, `hash-${id}`, 'an account', 1],
  expect: 1,
})

const rename = (id: string, name: string): Statement => ({
  sql: 'update account set name = $2 where id = $1',
  parameters: [id, name],
  expect: 1,
})

describe('the PostgreSQL driver', () => {
  it('runs a unit anew that lost a deadlock', async () => {
    const url = await makePostgresDatabase()
    const database = open(url)
    await database.write([insertAccount('a'), insertAccount('b')])
    const other = await stranger(url)
    await other.query('begin')
    await other.query(`update account set name = 'other' where id = 'b'`)
    const written = database.write([rename('a', 'ours'), rename('b', 'ours')])
    // PostgreSQL ends the one who waits in a circle first; with this setting that is never the stranger.
    await other.query(`set local deadlock_timeout = '1min'`)
    await other.query(`update account set name = 'other' where id = 'a'`)
    await other.query('commit')
    expect((await written).committed).toBe(true)
    const rows = await database.read('select name from account order by id', [])
    expect(rows.map((row) => text(row, 'name'))).toEqual(['ours', 'ours'])
  })

  it('goes on when a migration adds a column to what it has prepared', async () => {
    const url = await makePostgresDatabase()
    const database = open(url)
    await database.write([insertAccount('a')])
    const read = () => database.read('select * from account', [])
    // Fills the pool, so that several connections hold the old plan.
    await Promise.all(Array.from({ length: 30 }, read))
    await (await stranger(url)).query(`alter table account add column colour text not null default 'red'`)
    const answers = await Promise.all(Array.from({ length: 30 }, read))
    expect(answers.every(([row]) => row?.['colour'] === 'red')).toBe(true)
  })

  it('says in a sentence that a text cannot be stored', async () => {
    const database = open(await makePostgresDatabase())
    const written = database.write([insertAccount('a\u0000b')])
    await expect(written).rejects.toMatchObject({ name: 'AppError', code: 'bad_request' })
  })

  it('tells notices to another process on the same database', async () => {
    const url = await makePostgresDatabase()
    const [here, there] = [open(url), open(url)]
    const heard = Promise.withResolvers<string>()
    const ids = Array.from({ length: 450 }, (_, index) => `lane_${index}`)
    const missing = new Set(ids)
    there.listen((notice) => {
      for (const id of notice.ids) missing.delete(id)
      if (missing.size === 0) heard.resolve(notice.topic)
    })
    // A notice is lost on whoever does not listen yet.
    const ready = await stranger(url)
    const listening = `select 1 from pg_stat_activity where query like 'listen %' and datname = current_database()`
    while ((await ready.query(listening)).rowCount === 0);
    here.notify({ topic: 'lane', ids })
    expect(await heard.promise).toBe('lane')
  })

  it('gives a unit up that waits for too long, and leaves the others at work', async () => {
    const url = await makePostgresDatabase()
    const database = open(url, { lockMs: 50 })
    await database.write([insertAccount('a'), insertAccount('b')])
    const other = await stranger(url)
    await other.query(`begin; update account set name = 'other' where id = 'a'`)
    const [stuck, ...free] = await Promise.allSettled([
      database.write([rename('a', 'ours')]),
      database.write([rename('b', 'ours')]),
      database.write([insertAccount('c')]),
    ])
    await other.query('rollback')
    expect(stuck).toMatchObject({ status: 'rejected', reason: { name: 'AppError', code: 'unavailable' } })
    for (const outcome of free) expect(outcome).toMatchObject({ status: 'fulfilled', value: { committed: true } })
    expect((await database.write([rename('a', 'ours')])).committed).toBe(true)
  })

  it('tells the server its limits', async () => {
    const database = open(await makePostgresDatabase())
    const [row] = await database.read(
      `select string_agg(name || '=' || setting, ' ' order by name) as settings from pg_settings
       where name in ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'application_name')`,
      [],
    )
    expect(row && text(row, 'settings')).toBe(
      'application_name=imagehooks idle_in_transaction_session_timeout=10000 lock_timeout=5000 statement_timeout=30000',
    )
  })
})

describe('a database that goes away', () => {
  it('is waited for while it restarts, and its loss is told once', async () => {
    const server = await startPostgres()
    onTestFinished(() => server.stop())
    const database = open(server.url())
    await migrate(database, known, systemClock)
    await database.write([insertAccount('a')])
    await server.halt()
    const read = database.read(`select id from account where id = 'a'`, [])
    const written = database.write([insertAccount('b')])
    await server.resume()
    expect(await read).toEqual([{ id: 'a' }])
    expect((await written).committed).toBe(true)
    expect(database.log.lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'error The database cannot be reached; it is tried again until it answers',
      'info The database answers again',
    ])
  })

  it('is unavailable to what runs when it dies, and keeps what it has confirmed', async () => {
    const server = await startPostgres({ durable: true })
    onTestFinished(() => server.stop())
    const database = open(server.url())
    await migrate(database, known, systemClock)
    const confirmed = new Set<string>()
    const refusals: unknown[] = []
    let stopping = false
    const writing = Array.from({ length: 8 }, async (_, writer) => {
      for (let count = 0; !stopping; count++) {
        const id = `${writer}-${count}`
        const outcome = await database.write([insertAccount(id)]).catch((error: unknown) => void refusals.push(error))
        if (outcome?.committed) confirmed.add(id)
      }
    })
    while (confirmed.size < 200) await new Promise((resolve) => setImmediate(resolve))
    await server.kill()
    await server.resume()
    const before = confirmed.size
    while (confirmed.size < before + 200) await new Promise((resolve) => setImmediate(resolve))
    stopping = true
    await Promise.all(writing)
    expect(refusals.length).toBeGreaterThan(0)
    for (const error of refusals) expect(error).toMatchObject({ name: 'AppError', code: 'unavailable' })
    const ids = new Set((await database.read('select id from account', [])).map((row) => text(row, 'id')))
    expect([...confirmed].filter((id) => !ids.has(id))).toEqual([])
  })

  it('hears notices again after the server was restarted', async () => {
    const server = await startPostgres()
    onTestFinished(() => server.stop())
    const [here, there] = [open(server.url()), open(server.url())]
    const heard = Promise.withResolvers<readonly string[]>()
    there.listen(({ ids }) => heard.resolve(ids))
    await server.halt()
    await server.resume()
    let told = false
    void heard.promise.then(() => (told = true))
    while (!told) {
      here.notify({ topic: 'endpoint', ids: ['webhook_1'] })
      await here.read('select pg_sleep(0.01)', [])
    }
    expect(await heard.promise).toEqual(['webhook_1'])
  })

  it('says that it refuses, without naming a user or a password to those outside', async () => {
    const url = new URL(await makePostgresDatabase())
    url.pathname = '/no_such_database'
    const database = open(url.href)
    const error = await database.read('select 1', []).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(AppError)
    expect(error).toMatchObject({ code: 'unavailable', message: expect.not.stringContaining('no_such_database') })
    expect(JSON.stringify(database.log.lines)).toContain('no_such_database')
  })

  it('takes another connection when an operator has ended all of them', async () => {
    const url = await makePostgresDatabase()
    const database = open(url)
    await Promise.all(Array.from({ length: 20 }, () => database.read('select 1', [])))
    const operator = await stranger(url)
    await operator.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'imagehooks' and datname = current_database()`,
    )
    expect(await database.read('select 1 as one', [])).toEqual([{ one: 1 }])
  })

  it('is unavailable when its patience is over', async () => {
    const server = await startPostgres()
    onTestFinished(() => server.stop())
    const database = open(server.url(), { patienceMs: 50 })
    await server.halt()
    await expect(database.read('select 1', [])).rejects.toMatchObject({ code: 'unavailable' })
    await expect(database.write([insertAccount('a')])).rejects.toMatchObject({ code: 'unavailable' })
    expect(await database.healthy()).toBe(false)
  })
})

/** What the migrations of the embedded driver make. */
const embedded = (sql: string): string[] => {
  const database = new DatabaseSync(':memory:')
  for (const migration of readMigrations('sqlite')) database.exec(migration.sql)
  const rows = database.prepare(sql).all()
  database.close()
  return rows.map(({ entry }) => String(entry))
}

describe('the schema on PostgreSQL', () => {
  it('is brought up to date once, however many processes start at once', async () => {
    const url = await makePostgresDatabase({ bare: true })
    const node = open(url)
    await expect(checkSchema(node, known)).rejects.toThrow(/run imagehooks migrate/)
    const nodes = [node, open(url), open(url), open(url)]
    const applied = await Promise.all(nodes.map((each) => migrate(each, known, systemClock)))
    expect(applied.flat()).toEqual(known.map(({ name }) => name))
    expect(await checkSchema(node, known)).toBe(0)
    // A version that is one behind still starts, as an upgrade needs it.
    expect(await checkSchema(node, known.slice(0, -1))).toBe(1)
  })

  it('undoes a migration that fails half-way', async () => {
    const database = open(await makePostgresDatabase())
    const broken = {
      number: known.length + 1,
      name: 'broken.sql',
      sql: 'create table half (id text); nonsense',
      digest: 'd',
    }
    await expect(migrate(database, [...known, broken], systemClock)).rejects.toThrow(/nonsense/)
    expect(await database.read(`select to_regclass('half') as half`, [])).toEqual([{ half: null }])
  })

  it('has the tables, columns and indexes of the embedded one, and compares all text bytewise', async () => {
    const database = open(await makePostgresDatabase())
    const entries = async (sql: string): Promise<string[]> =>
      (await database.read(sql, [])).map((row) => text(row, 'entry'))
    expect(
      await entries(
        `select table_name || '.' || column_name || ' ' || is_nullable as entry from information_schema.columns
         where table_schema = 'public' and table_name <> 'schema_migration' order by (table_name || '.' || column_name) collate "C"`,
      ),
    ).toEqual(
      embedded(
        `select tables.name || '.' || columns.name || case columns."notnull" when 1 then ' NO' else ' YES' end as entry
         from sqlite_schema as tables join pragma_table_info(tables.name) as columns
         where tables.type = 'table' and tables.name not like 'sqlite_%' order by tables.name || '.' || columns.name`,
      ),
    )
    expect(
      await entries(
        `select indexname as entry from pg_indexes where schemaname = 'public' and indexname !~ '_(pkey|key)$' order by indexname`,
      ),
    ).toEqual(
      embedded(`select name as entry from sqlite_schema where type = 'index' and sql is not null order by name`),
    )
    const texts = await database.read(
      `select collation_name from information_schema.columns where data_type = 'text' and table_schema = 'public' and table_name <> 'schema_migration'`,
      [],
    )
    expect(texts.length).toBeGreaterThan(50)
    expect(new Set(texts.map((row) => row['collation_name']))).toEqual(new Set(['C']))
  })
})
