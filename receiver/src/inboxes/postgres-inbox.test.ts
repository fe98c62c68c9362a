import { describe, expect, test } from 'vitest'
import { openPool } from '../../test/databases.ts'
import { postStandard, upload } from '../../test/deliver.ts'
import { code, receiving } from '../../test/receiving.ts'
import { inboxConformance } from './conformance.ts'
import { postgresInbox } from './postgres-inbox.ts'

describe('the PostgreSQL inbox', () => {
  test.each(inboxConformance)('$name', async ({ run }) => {
    const { pool } = await openPool()
    await expect(run((now) => postgresInbox(pool, { now }))).resolves.toBeUndefined()
  })
})

describe('an effect that happens once, in PostgreSQL', () => {
  const openEffects = async () => {
    const { pool } = await openPool()
    await pool.query('create table effect (image_id text)')
    const count = async () => (await pool.query('select image_id from effect')).rows.length
    return { pool, count }
  }

  test('happens once under 100 deliveries at once that nothing else keeps apart', async () => {
    const { pool, count } = await openEffects()
    const codes = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const { fetch, on } = receiving()
        on('image.uploaded', ({ key, event }) =>
          postgresInbox(pool).once(key, (client) => client.query('insert into effect values ($1)', [event.image.id])),
        )
        return code(await fetch(postStandard(upload())))
      }),
    )
    expect(new Set(codes)).toEqual(new Set(['done']))
    expect(await count()).toBe(1)
  })

  test('that fails leaves nothing, and happens at the next time', async () => {
    const { pool, count } = await openEffects()
    const inbox = postgresInbox(pool)
    const failing = inbox.once('a', async (client) => {
      await client.query("insert into effect values ('a')")
      throw new Error('broken')
    })
    await expect(failing).rejects.toThrow('broken')
    expect(await count()).toBe(0)
    expect(await inbox.once('a', (client) => client.query("insert into effect values ('a')"))).toBe('ran')
    expect(await inbox.once('a', (client) => client.query("insert into effect values ('a')"))).toBe('duplicate')
    expect(await count()).toBe(1)
  })

  test('of two at once runs when the first one fails', async () => {
    const { pool, count } = await openEffects()
    const inbox = postgresInbox(pool)
    const begun = Promise.withResolvers<void>()
    const end = Promise.withResolvers<never>()
    const first = inbox.once('a', async (client) => {
      await client.query("insert into effect values ('first')")
      begun.resolve()
      await end.promise
    })
    await begun.promise
    const second = inbox.once('a', (client) => client.query("insert into effect values ('second')"))
    end.reject(new Error('broken'))
    await expect(first).rejects.toThrow('broken')
    expect(await second).toBe('ran')
    expect(await count()).toBe(1)
  })
})
