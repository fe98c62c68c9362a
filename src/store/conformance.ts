import { describe, expect, it } from 'vitest'
import type { Database, Statement, Unit, UnitOutcome } from './database.ts'
import { appendToFeed } from './feed.ts'
import { bytes, number, text } from './row.ts'

/** Opens an empty database with the newest schema for one test; the test's end closes and removes it. */
export type OpenDatabase = () => Promise<Database>

const insertAccount = (id: string, hash = `hash-${id}`): Statement => ({
  sql: 'insert into account (id, hash, name, created_at) values ($1, $2, $3, $4)',
  parameters: [id, hash, 'an account', 1_768_473_045_123],
  expect: 1,
})

const rename = (id: string, name: string): Statement => ({
  sql: 'update account set name = $2 where id = $1',
  parameters: [id, name],
  expect: 1,
})

const accountIds = async (database: Database): Promise<string[]> =>
  (await database.read('select id from account order by id', [])).map((row) => text(row, 'id'))

const committed = (outcome: UnitOutcome): outcome is Extract<UnitOutcome, { committed: true }> => outcome.committed

/** What every driver of the store must do. */
export const describeDatabase = (driver: string, open: OpenDatabase): void => {
  describe(`the ${driver} driver`, () => {
    it('shows a unit to readers once its promise resolves', async () => {
      const database = await open()
      const outcome = await database.write([insertAccount('a'), insertAccount('b')])
      expect(outcome).toMatchObject({ committed: true, changes: [1, 1] })
      expect(await accountIds(database)).toEqual(['a', 'b'])
    })

    it('undoes a whole unit that breaks a unique key, and names the statement', async () => {
      const database = await open()
      await database.write([insertAccount('a')])
      const outcome = await database.write([insertAccount('b'), insertAccount('a', 'other')])
      expect(outcome).toEqual({ committed: false, reason: 'conflict', index: 1 })
      expect(await accountIds(database)).toEqual(['a'])
    })

    it('undoes a whole unit in which a statement changes another number of rows than expected', async () => {
      const database = await open()
      expect(await database.write([insertAccount('a'), rename('missing', 'new')])).toEqual({
        committed: false,
        reason: 'count',
        index: 1,
      })
      expect(await accountIds(database)).toEqual([])
    })

    it('keeps a failed unit from touching those that share its commit', async () => {
      const database = await open()
      const outcomes = await Promise.all([
        database.write([insertAccount('a')]),
        database.write([insertAccount('x'), insertAccount('a', 'other')]),
        database.write([insertAccount('b')]),
      ])
      expect(outcomes.map((outcome) => outcome.committed)).toEqual([true, false, true])
      expect(await accountIds(database)).toEqual(['a', 'b'])
    })

    it('rejects a unit whose SQL is wrong and goes on with the others', async () => {
      const database = await open()
      const wrong = database.write([insertAccount('x'), { sql: 'insert into nowhere values (1)', parameters: [] }])
      const right = database.write([insertAccount('a')])
      await expect(wrong).rejects.toThrow(/nowhere/)
      expect((await right).committed).toBe(true)
      expect(await accountIds(database)).toEqual(['a'])
    })

    it('commits hundreds of units that come at once, each exactly once', async () => {
      const database = await open()
      const outcomes = await Promise.all(
        Array.from({ length: 500 }, (_, index) => database.write([insertAccount(`account-${index}`)])),
      )
      expect(outcomes.every(committed)).toBe(true)
      const [row] = await database.read('select count(*) as accounts from account', [])
      expect(row && number(row, 'accounts')).toBe(500)
    })

    it('lets exactly one of many units win a conditional change', async () => {
      const database = await open()
      await database.write([insertAccount('a')])
      const claim = (winner: string): Promise<UnitOutcome> =>
        database.write([
          {
            sql: `update account set name = $1 where id = $2 and name = 'an account'`,
            parameters: [winner, 'a'],
            expect: 1,
          },
        ])
      const outcomes = await Promise.all(Array.from({ length: 100 }, (_, index) => claim(`winner ${index}`)))
      expect(outcomes.filter(committed)).toHaveLength(1)
    })

    it('lets one of two units win that want the same two keys in opposite orders', async () => {
      const database = await open()
      for (let round = 0; round < 20; round++) {
        const [left, right] = [`left-${round}`, `right-${round}`]
        const outcomes = await Promise.all([
          database.write([insertAccount(left), insertAccount(right)]),
          database.write([insertAccount(right), insertAccount(left)]),
        ])
        expect(outcomes.filter(committed)).toHaveLength(1)
        expect(outcomes).toContainEqual(expect.objectContaining({ committed: false, reason: 'conflict' }))
      }
      expect(await accountIds(database)).toHaveLength(40)
    })

    it('keeps what holds of many units at once, and nothing of those that do not', async () => {
      const database = await open()
      await database.write([insertAccount('taken')])
      const unitOf = (index: number): Unit => {
        const good = [insertAccount(`${index}-first`), insertAccount(`${index}-second`)]
        if (index % 4 === 1) return [...good, insertAccount('taken', `hash-${index}`)]
        if (index % 4 === 2) return [rename('missing', 'x'), ...good]
        return index % 4 === 3 ? [...good, rename(`${index}-first`, 'renamed')] : good
      }
      const outcomes = await Promise.all(Array.from({ length: 200 }, (_, index) => database.write(unitOf(index))))
      expect(outcomes.map((outcome) => (outcome.committed ? 'held' : `${outcome.reason} ${outcome.index}`))).toEqual(
        Array.from({ length: 200 }, (_, index) => ['held', 'conflict 2', 'count 0', 'held'][index % 4]),
      )
      const kept = Array.from({ length: 200 }, (_, index) => index)
        .filter((index) => index % 4 === 0 || index % 4 === 3)
        .flatMap((index) => [`${index}-first`, `${index}-second`])
      expect(await accountIds(database)).toEqual(['taken', ...kept].toSorted())
    })

    it('runs nothing of a unit behind a count that does not hold', async () => {
      const database = await open()
      await database.write([insertAccount('a')])
      // The second statement alone would be a conflict.
      expect(await database.write([rename('missing', 'x'), insertAccount('a', 'other')])).toEqual({
        committed: false,
        reason: 'count',
        index: 0,
      })
    })

    it('shows each statement of a unit what those before it did', async () => {
      const database = await open()
      const outcome = await database.write([
        insertAccount('a'),
        rename('a', 'renamed'),
        {
          sql: `update account set name = name || '!' where name = 'renamed' returning name`,
          parameters: [],
          expect: 1,
        },
        { sql: 'delete from account where id = $1', parameters: ['a'], expect: 1 },
        insertAccount('a', 'another hash'),
      ])
      if (!committed(outcome)) throw new Error('the unit was expected to commit')
      expect(outcome.changes).toEqual([1, 1, 1, 1, 1])
      expect(outcome.rows[2]).toMatchObject([{ name: 'renamed!' }])
      expect(await database.read('select name from account', [])).toMatchObject([{ name: 'an account' }])
    })

    it('commits a unit of thousands of statements whole, and undoes it whole', async () => {
      const database = await open()
      const many = Array.from({ length: 3000 }, (_, index) => insertAccount(`account-${index}`))
      expect(await database.write([...many, insertAccount('account-7', 'other')])).toEqual({
        committed: false,
        reason: 'conflict',
        index: 3000,
      })
      expect(await accountIds(database)).toEqual([])
      expect((await database.write(many)).committed).toBe(true)
      expect(await accountIds(database)).toHaveLength(3000)
    })

    it('never shows half a unit to a reader', async () => {
      const database = await open()
      await database.write([insertAccount('a'), insertAccount('b')])
      const move = (to: string): Unit => [rename('a', to), rename('b', to)]
      let moving = true
      const moves = (async () => {
        for (let count = 0; count < 200; count++) await database.write(move(`name ${count}`))
        moving = false
      })()
      while (moving) {
        const names = (await database.read('select name from account', [])).map((row) => text(row, 'name'))
        expect(new Set(names).size).toBe(1)
        // Reads of an embedded database never leave the present turn.
        await new Promise((resolve) => setImmediate(resolve))
      }
      await moves
    })

    it('applies the units of one writer in the order in which it waits for them', async () => {
      const database = await open()
      await database.write([insertAccount('a')])
      const others = Array.from({ length: 50 }, (_, index) => database.write([insertAccount(`other-${index}`)]))
      for (let count = 0; count < 50; count++) {
        await database.write([rename('a', `name ${count}`)])
        const [row] = await database.read('select name from account where id = $1', ['a'])
        expect(row && text(row, 'name')).toBe(`name ${count}`)
      }
      await Promise.all(others)
    })

    it('keeps a mebibyte of bytes', async () => {
      const database = await open()
      const body = new Uint8Array(1_048_576).fill(7)
      await database.write([
        {
          sql: `insert into event (id, account_id, type, image_id, created_at, is_test, body) values ($1, $2, $3, $4, $5, $6, $7)`,
          parameters: ['evt_1', 'a', 'image.uploaded', 'image', 1, 0, body],
        },
      ])
      const [row] = await database.read('select body from event', [])
      expect(row && bytes(row, 'body').byteLength).toBe(1_048_576)
    })

    it('answers what a returning clause gives, per statement', async () => {
      const database = await open()
      const outcome = await database.write([
        insertAccount('a'),
        {
          sql: `update account set name = 'renamed' where id = $1 returning id, created_at`,
          parameters: ['a'],
        },
      ])
      if (!committed(outcome)) throw new Error('the unit was expected to commit')
      expect(outcome.rows[0]).toEqual([])
      const [row] = outcome.rows[1] ?? []
      expect(row && [text(row, 'id'), number(row, 'created_at')]).toEqual(['a', 1_768_473_045_123])
    })

    it('keeps bytes, text and large integers as they are', async () => {
      const database = await open()
      const body = Uint8Array.from({ length: 256 }, (_, byte) => byte)
      const imageId = "Zoë \"\u0001 $1 'quoted' \u{1F4F7}"
      await database.write([
        {
          sql: `insert into event (id, account_id, type, image_id, created_at, is_test, body) values ($1, $2, $3, $4, $5, $6, $7)`,
          parameters: ['evt_1', 'a', 'image.uploaded', imageId, 8_640_000_000_000_000, 0, body],
        },
      ])
      const [row] = await database.read('select * from event', [])
      expect(row && text(row, 'image_id')).toBe(imageId)
      expect(row && number(row, 'created_at')).toBe(8_640_000_000_000_000)
      expect(Buffer.from(row?.['body'] instanceof Uint8Array ? row['body'] : []).equals(Buffer.from(body))).toBe(true)
    })

    it('orders and compares text keys bytewise', async () => {
      const database = await open()
      const ids = ['a', 'B', 'ä', 'Z', '_', 'a-b', 'ab', '~']
      await database.write(ids.map((id) => insertAccount(id)))
      const bytewise = ids.toSorted((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)))
      expect(await accountIds(database)).toEqual(bytewise)
    })

    it('gives feed positions in order and never twice', async () => {
      const database = await open()
      const positions = async (count: number): Promise<[string, number][]> => {
        for (;;) {
          const rows = await database.read(
            'select event_id, position from event_feed where position is not null order by position',
            [],
          )
          if (rows.length >= count) return rows.map((row) => [text(row, 'event_id'), number(row, 'position')])
        }
      }
      await Promise.all(['evt_3', 'evt_1', 'evt_2'].map((id) => database.write([appendToFeed(id, 'a')])))
      expect((await positions(3)).map(([, position]) => position)).toEqual([1, 2, 3])
      await database.write([{ sql: 'delete from event_feed', parameters: [] }])
      await database.write([appendToFeed('evt_4', 'a')])
      expect(await positions(1)).toEqual([['evt_4', 4]])
    })

    it('knows its own time in SQL', async () => {
      const database = await open()
      const [row] = await database.read('select db_now() as now', [])
      expect(row && number(row, 'now')).toBeGreaterThan(1_700_000_000_000)
    })

    it('tells notices to those who listen, until they stop', async () => {
      const database = await open()
      const heard: string[] = []
      const first = new Promise<void>((resolve) => {
        const stop = database.listen(({ topic, ids }) => {
          heard.push(`${topic} ${ids.join(' ')}`)
          stop()
          resolve()
        })
      })
      database.notify({ topic: 'lane', ids: ['lane_1', 'lane_2'] })
      await first
      database.notify({ topic: 'lane', ids: ['lane_3'] })
      expect(await database.healthy()).toBe(true)
      expect(heard).toEqual(['lane lane_1 lane_2'])
    })

    it('waits for what was handed over before it closes', async () => {
      const database = await open()
      const written = database.write([insertAccount('a')])
      await database.close()
      expect((await written).committed).toBe(true)
      await expect(database.write([insertAccount('b')])).rejects.toThrow(/closed/)
    })
  })
}
