import { sampleEvent } from '@imagehooks/receiver'
import { signRequest } from '@imagehooks/receiver/testing'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { text } from 'node:stream/consumers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../../test/ground/temporary.ts'
import { run, type Server, startCommand, startServer } from '../../test/ground/command.ts'
import { readMigrations } from '../store/migrate.ts'
import { readDevFile } from './dev-file.ts'

/** The account's endpoints, by the API. */
const list = async ({ url }: Server, folder: string): Promise<Record<string, unknown>[]> => {
  const kept = await readDevFile(join(folder, 'imagehooks-data'))
  const response = await fetch(`${url}/client/v4/accounts/${kept?.accountId}/images/v1/webhooks`, {
    headers: { authorization: `Bearer ${kept?.apiToken}` },
  })
  expect(response.status).toBe(200)
  return (await response.json()).result.webhooks
}

describe('imagehooks dev', () => {
  test('a second start on another port finds account, token and inbox again', async () => {
    const folder = temporaryFolder()
    const first = await startServer(['dev'], { folder })
    const kept = await readDevFile(join(folder, 'imagehooks-data'))
    expect(first.printed()).toContain(`Authorization: Bearer ${kept?.apiToken}`)
    expect(first.printed()).toContain(`${first.url}/client/v4/accounts/${kept?.accountId}/images/v1`)
    expect(first.printed()).toContain(`${first.url}/inbox`)
    const [inbox] = await list(first, folder)
    expect(inbox).toMatchObject({ name: 'inbox', url: `${first.url}/inbox/receive`, state: 'active' })
    expect(inbox?.['events']).toEqual(['image.uploaded', 'image.upload_failed', 'image.updated', 'image.deleted'])
    expect(await first.stop()).toBe(0)

    const second = await startServer(['dev'], { folder })
    expect(await readDevFile(join(folder, 'imagehooks-data'))).toEqual({ ...kept, url: second.url })
    const found = await list(second, folder)
    expect(found).toHaveLength(1)
    expect(found).toMatchObject([{ id: inbox?.['id'], url: `${second.url}/inbox/receive` }])
    expect(await second.stop()).toBe(0)
  })

  test('the inbox verifies a Test of its own endpoint', async () => {
    const folder = temporaryFolder()
    const server = await startServer(['dev'], { folder })
    const [inbox] = await list(server, folder)
    const kept = await readDevFile(join(folder, 'imagehooks-data'))
    const response = await fetch(
      `${server.url}/client/v4/accounts/${kept?.accountId}/images/v1/webhooks/${String(inbox?.['id'])}/test`,
      { method: 'POST', headers: { authorization: `Bearer ${kept?.apiToken}` } },
    )
    expect((await response.json()).result).toMatchObject({ success: true, status: 200 })
    const { deliveries } = await (await fetch(`${server.url}/inbox/deliveries`)).json()
    expect(deliveries).toMatchObject([{ verified: true, test: true, event: 'image.uploaded', code: 'done' }])
    await server.stop()
  })

  test('two first starts share no id, token, secret or port', async () => {
    const folders = [temporaryFolder(), temporaryFolder()]
    for (const folder of folders) await (await startServer(['dev'], { folder })).stop()
    const kept = await Promise.all(folders.map((folder) => readDevFile(join(folder, 'imagehooks-data'))))
    const keys = folders.map((folder) => readFileSync(join(folder, 'imagehooks-data/master.key'), 'utf8'))
    const values = [...kept.flatMap((file) => Object.values(file ?? {})), ...keys]
    expect(values).toHaveLength(10)
    expect(new Set(values).size).toBe(10)
  })

  test('keeps what it made for its owner alone', async () => {
    const folder = temporaryFolder()
    await (await startServer(['dev'], { folder })).stop()
    const rights = ['dev.json', 'master.key'].map(
      (name) =>
        process.platform === 'win32' || (statSync(join(folder, 'imagehooks-data', name)).mode & 0o777) === 0o600,
    )
    expect(rights).toEqual([true, true])
  })

  test('a damaged file of it is told, not replaced', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'dev.json'), '{"accountId":"x"')
    const { code, said } = await run(['dev', '--data-dir', '.'], { folder })
    expect({ code, said }).toEqual({ code: 1, said: expect.stringMatching(/^error: .*dev\.json is damaged; .*\n$/) })
    expect(readFileSync(join(folder, 'dev.json'), 'utf8')).toBe('{"accountId":"x"')
  })

  test('a second one of the same folder says where the first is; commands find that by themselves', async () => {
    const folder = temporaryFolder()
    const first = await startServer(['dev'], { folder })
    const second = await run(['dev', '--port', '0'], { folder })
    expect(second).toMatchObject({ code: 1, printed: '' })
    expect(second.said).toContain(`error: Imagehooks runs already with the data folder `)
    expect(second.said).toContain(`at ${first.url}: use that one, stop it, or choose another folder with --data-dir.\n`)
    expect(await run(['images', 'list'], { folder })).toMatchObject({ code: 0, said: '' })
    await first.stop()
    const { said } = await run(['images', 'list'], { folder })
    expect(said).toContain(`error: Nothing listens at ${first.url} `)
  })

  test('a folder of an older version is brought up to date and used; one of a newer version is refused', async () => {
    const folder = temporaryFolder()
    const dataFolder = join(folder, 'imagehooks-data')
    mkdirSync(dataFolder)
    const database = new DatabaseSync(join(dataFolder, 'imagehooks.db'))
    onTestFinished(() => {
      if (database.isOpen) database.close()
    })
    const record = 'insert into schema_migration (number, name, digest, applied_at) values (?, ?, ?, 1)'
    database.exec(
      'create table schema_migration (number integer not null primary key, name text not null, digest text not null, applied_at integer not null) strict',
    )
    for (const { number, name, sql, digest } of readMigrations('sqlite').slice(0, 8)) {
      database.exec(sql)
      database.prepare(record).run(number, name, digest)
    }
    database.close()
    const server = await startServer(['dev'], { folder })
    expect(server.said()).toContain('The schema was brought up to date')
    expect(await run(['images', 'list'], { folder })).toMatchObject({ code: 0, said: '' })
    expect(await server.stop()).toBe(0)

    const later = new DatabaseSync(join(dataFolder, 'imagehooks.db'))
    later.prepare(record).run(9999, '9999_later', 'of a version to come')
    later.close()
    const refused = await run(['dev', '--port', '0'], { folder })
    expect(refused).toMatchObject({ code: 1, printed: '' })
    expect(refused.said).toMatch(/^error: .* newer than this version knows .*; run a newer Imagehooks\.\n$/)
  })

  test('with --json it says all that a program needs as one object, and nothing else', async () => {
    const folder = temporaryFolder()
    const command = startCommand(['dev', '--json', '--port', '0'], { folder })
    await command.shows(/"type":"ready".*\n/)
    const { images_url: images, token } = JSON.parse(command.printed())
    const answer = await fetch(images, { headers: { authorization: `Bearer ${token}` } })
    expect(answer.status).toBe(200)
    await answer.arrayBuffer()
    command.signal('SIGINT')
    expect(await command.ended).toBe(0)
    expect(command.printed().trim().split('\n')).toHaveLength(1)
  })

  test('an account of the environment is used as it is', async () => {
    const folder = temporaryFolder()
    const accountId = '023e105f4ecef8ad9ca31a8372d0c353'
    const apiToken = 'a-token-of-the-operators-own'
    const environment = { IMAGEHOOKS_BOOTSTRAP_ACCOUNT_ID: accountId, IMAGEHOOKS_BOOTSTRAP_API_TOKEN: apiToken }
    const server = await startServer(['dev'], { folder, environment })
    expect(await readDevFile(join(folder, 'imagehooks-data'))).toMatchObject({ accountId, apiToken })
    expect(await list(server, folder)).toHaveLength(1)
    await server.stop()
  })

  test('an open inbox page does not keep it from stopping', async () => {
    const server = await startServer(['dev'])
    const stream = await fetch(`${server.url}/inbox/events`)
    const reading = text(stream.body ?? new ReadableStream())
    const refused = await fetch(
      await signRequest({
        url: `${server.url}/inbox/receive`,
        secret: 'not the one of the inbox',
        body: sampleEvent('image.uploaded'),
      }),
    )
    expect(refused.status).toBe(401)
    expect(await server.stop()).toBe(0)
    expect(await reading).toContain('"code":"unverified"')
  })
})
