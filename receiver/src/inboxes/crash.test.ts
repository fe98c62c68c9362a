import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../../../test/ground/temporary.ts'
import { openPool, openSqliteFile } from '../../test/databases.ts'
import { postStandard, start, upload } from '../../test/deliver.ts'
import { code, receiving } from '../../test/receiving.ts'
import { startWorkerd } from '../../test/workerd.ts'
import type { Inbox } from './inbox.ts'
import { postgresInbox } from './postgres-inbox.ts'
import { sqliteInbox } from './sqlite-inbox.ts'

const child = (name: string) => fileURLToPath(new URL(`../../test/${name}`, import.meta.url))

/** Delivers the event in another process, which is killed on the way. */
const deliverAndDie = async (kind: string, place: string, point: string): Promise<void> => {
  const dying = spawn(process.execPath, [child('crash-child.ts'), kind, place, point], { stdio: 'inherit' })
  const [, signal] = await once(dying, 'exit')
  expect(signal).toBe('SIGKILL')
}

/** Delivers it again, before the lease has ended and twice after. */
const deliverAgain = async <Kind extends Inbox>(
  openInbox: (now: () => number) => Kind,
  effect: (inbox: Kind, key: string) => Promise<unknown>,
) => {
  const clock = { now: start }
  const inbox = openInbox(() => clock.now)
  const { fetch, on } = receiving({ inbox })
  on('image.uploaded', ({ key }) => effect(inbox, key))
  const codes = [await code(await fetch(postStandard(upload())))]
  clock.now += 60_000
  for (const _ of [1, 2]) codes.push(await code(await fetch(postStandard(upload()))))
  return codes
}

describe.each(['in', 'after'])('a process killed %s the transaction of an effect', (point) => {
  test('on SQLite leaves an effect that happens once', async () => {
    const { path, connection } = openSqliteFile()
    connection.exec('create table effect (x text)')
    await deliverAndDie('sqlite', path, point)
    const count = () => connection.prepare('select * from effect').all().length
    expect(count()).toBe(point === 'in' ? 0 : 1)
    const codes = await deliverAgain(
      (now) => sqliteInbox(connection, { now }),
      (inbox, key) => inbox.once(key, (database) => database.exec("insert into effect values ('x')")),
    )
    expect(codes).toEqual(['busy', 'done', 'duplicate'])
    expect(count()).toBe(1)
  })

  test('on PostgreSQL leaves an effect that happens once', async () => {
    const { url, pool } = await openPool()
    await pool.query('create table effect (x text)')
    await deliverAndDie('postgres', url, point)
    const count = async () => (await pool.query('select * from effect')).rows.length
    const codes = await deliverAgain(
      (now) => postgresInbox(pool, { now }),
      (inbox, key) => inbox.once(key, (client) => client.query("insert into effect values ('x')")),
    )
    expect(codes).toEqual(['busy', 'done', 'duplicate'])
    expect(await count()).toBe(1)
  })
})

/** A receiver in workerd, in a group of processes of its own that can be killed as one. */
const startKillable = async (folder: string) => {
  const group = spawn(process.execPath, [child('d1-crash-child.ts'), folder], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(group, 'close')
  const kill = async (): Promise<void> => {
    // Its number is known once it has started, and the group's is the same.
    if (group.exitCode === null && group.signalCode === null) process.kill(-(group.pid ?? Number.NaN), 'SIGKILL')
    await ended
  }
  onTestFinished(kill)
  const lines = createInterface(group.stdout)[Symbol.asyncIterator]()
  const nextLine = async () => String((await lines.next()).value)
  return { url: (await nextLine()).replace('ready ', ''), nextLine, kill }
}

test('workerd killed between an effect on D1 and its completion leaves an effect that happens once', async () => {
  const folder = temporaryFolder()
  const killable = await startKillable(folder)
  expect(await (await fetch(killable.url)).json()).toBe(0)
  const { headers, body } = await signed()
  const brokenOff = fetch(killable.url, { method: 'POST', headers, body }).then(
    () => 'answered',
    (error) => String(error),
  )
  expect(await killable.nextLine()).toBe('between')
  await killable.kill()
  expect(await brokenOff).toContain('fetch failed')

  const workerd = startWorkerd('crash-worker.ts', {
    d1Databases: ['DB'],
    resourcePersistencePath: folder,
    bindings: { NOW: '60000' },
  })
  onTestFinished(() => workerd.dispose())
  const url = await workerd.ready
  expect(await (await fetch(url)).json()).toBe(1)
  const codes = []
  for (const _ of [1, 2]) codes.push(await code(await fetch(url, { method: 'POST', headers, body })))
  expect(codes).toEqual(['done', 'duplicate'])
  expect(await (await fetch(url)).json()).toBe(1)
})

const signed = async () => {
  const request = postStandard(upload())
  return { headers: request.headers, body: await request.arrayBuffer() }
}
