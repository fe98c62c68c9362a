import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { sampleImage } from '../../../scripts/sample-images.ts'
import { runHere } from '../../../test/ground/command-here.ts'
import { testReceiver } from '../../../test/ground/receiver.ts'
import { startServer, testAccount } from '../../../test/ground/server.ts'
import { temporaryFolder } from '../../../test/ground/temporary.ts'
import { type ApiCallName, apiPlaces } from '../../client/api-types.ts'

/** Calls that no command below a noun makes, each with the reason. */
const otherwise: Partial<Record<ApiCallName, string>> = {
  postImagesV1DirectUpload: 'the older spelling of the v2 call, which images direct-upload makes',
  getImagesV1VariantsVariantIdFlat: 'the same as the call of variants get, without the frame around it',
  getImagesV1WebhooksSecrets: 'imagehooks doctor server makes it: src/cli/doctor/server/server.test.ts',
  getImagesV1WebhooksSender: 'imagehooks doctor server makes it: src/cli/doctor/server/server.test.ts',
  putImagesImportImagesImageId: 'imagehooks import makes it: test/import.test.ts',
  putImagesImportKeysKeyName: 'imagehooks import makes it: test/import.test.ts',
}

const isApiCallName = (name: string): name is ApiCallName => name in apiPlaces

/** Which call a request was: the one whose path says most of it word for word. */
const callOf = (method: string, path: string): ApiCallName | undefined => {
  const found = Object.entries(apiPlaces)
    .filter(([, [its, place]]) => its === method && new RegExp(`^${place.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path))
    .toSorted(([, [, one]], [, [, other]]) => one.split('{').length - other.split('{').length)
  return found.map(([name]) => name).find(isApiCallName)
}

test('every call of the API is made by a command, or stands in a list with the reason', async () => {
  const server = await startServer({ listen: true })
  const receiver = await testReceiver()
  const folder = temporaryFolder()
  const environment = {
    IMAGEHOOKS_URL: server.url,
    IMAGEHOOKS_ACCOUNT_ID: testAccount.accountId,
    IMAGEHOOKS_API_TOKEN: testAccount.apiToken,
    IMAGEHOOKS_STATE_DIR: join(folder, 'state'),
    TEST_SECRET: 'whsec_c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0',
  }
  const called = new Set<ApiCallName>()
  const root = `/client/v4/accounts/${testAccount.accountId}`
  const { fetch } = globalThis
  const spy = vi.spyOn(globalThis, 'fetch').mockImplementation((input, init) => {
    const { method, url } = input instanceof Request ? input : new Request(input, init)
    const { pathname } = new URL(url)
    const name = pathname.startsWith(root) ? callOf(method, pathname.slice(root.length)) : undefined
    if (name) called.add(name)
    return fetch(input, init)
  })
  onTestFinished(() => spy.mockRestore())
  const ask = async (...words: string[]): Promise<string> => {
    const { code, printed, said } = await runHere(words, { environment })
    expect({ words, code, said: words[1] === 'upload' ? '' : said }).toEqual({ words, code: 0, said: '' })
    return printed
  }
  const askJson = async (...words: string[]) => JSON.parse(await ask(...words, '--json'))

  const file = join(folder, 'a\u202eb.svg')
  writeFileSync(file, (await sampleImage('drawing')).bytes)
  const endpoint = await askJson('endpoints', 'add', receiver.url, '--name', 'shop', '--secret-env', 'TEST_SECRET')
  expect(endpoint.secret).toBeUndefined()
  const primary = await askJson('endpoints', 'add', `${receiver.url}/primary`, '--primary')
  expect(primary).toMatchObject({ primary: true, secret: expect.stringMatching(/^whsec_/) })
  expect(await ask('endpoints', 'get', endpoint.id)).toContain(`id\t${endpoint.id}\n`)
  const edited = ['--rate-limit', '20', '--timeout', 'none', '--header', 'x-a: 1', '--ordered']
  expect(await askJson('endpoints', 'edit', endpoint.id, ...edited)).toMatchObject({
    rate_limit: 20,
    timeout_seconds: null,
    headers: { 'x-a': '[hidden]' },
    ordered: true,
  })
  expect(await ask('endpoints', 'edit', endpoint.id, '--timeout', '5', '--dry-run')).toContain('nothing was stored')
  expect(await askJson('endpoints', 'get', endpoint.id)).toMatchObject({ timeout_seconds: null })
  expect(await ask('endpoints', 'test', endpoint.id)).toMatch(
    /^200 {2}[\d.]+ ms {2}dlv_\S+\n\nThe receiver answered\n {2}ok\n$/,
  )
  expect(await ask('endpoints', 'pause', endpoint.id)).toBe(`${endpoint.id} is paused.\n`)
  expect(await ask('endpoints', 'resume', endpoint.id)).toBe(`${endpoint.id} is active.\n`)
  expect(await ask('endpoints', 'rotate', endpoint.id, '--overlap', '1h')).toMatch(/^whsec_.+\n$/)
  expect(await ask('endpoints', 'list')).toContain(
    `${endpoint.id}\tactive\thealthy\tshop\t${receiver.url}/\timage.uploaded\n`,
  )
  expect(await ask('endpoints', 'remove', '--primary')).toBe('removed primary\n')
  expect(await ask('explain', endpoint.id)).toContain('It is active.')

  const [id = ''] = (await ask('images', 'upload', file, '--meta', 'album=summer', '--creator', 'ada')).split('\t')
  await server.nextAttempt()
  expect(await ask('images', 'list', '--filter', 'album=summer')).toMatch(new RegExp(`^${id}\ta b\\.svg\t.*Z\tno\n$`))
  expect(await ask('images', 'list', '--page', '1', '--creator', '')).toBe('')
  expect(await ask('images', 'get', id)).toContain(`id\t${id}\n`)
  expect(await askJson('images', 'update', id, '--metadata', '{"a":[1]}', '--require-signed-urls')).toMatchObject({
    meta: { a: [1] },
    creator: 'ada',
    requireSignedURLs: true,
  })
  const signed = await ask('images', 'sign', id)
  const shown = await fetch(signed.trim())
  expect(shown.status).toBe(200)
  await shown.arrayBuffer()
  expect(await ask('images', 'stats')).toBe('images\t1\n')
  expect(await ask('images', 'config')).toMatch(/^flexible variants\toff\n/)
  expect(await askJson('images', 'config', '--flexible-variants', 'on')).toMatchObject({ flexible_variants: true })
  const link = await askJson('images', 'direct-upload', '--id', 'later', '--expires-in', '1h')
  expect(link).toEqual({ id: 'later', uploadURL: expect.stringContaining(server.url) })
  const there = join(folder, 'there')
  mkdirSync(there)
  expect(await ask('images', 'download', id, '--folder', there)).toBe(`${join(there, 'a_b.svg')}\t307\n`)
  expect(readFileSync(join(there, 'a_b.svg'))).toEqual(readFileSync(file))
  expect(await ask('images', 'download', id, '--folder', there, '--variant', 'public')).toMatch(/a_b\.public\.svg\t/)

  const [delivery = ''] = (await ask('deliveries', 'list', '--image', id, '--state', 'succeeded')).split('\t')
  expect(await ask('deliveries', 'list', '--endpoint', endpoint.id, '--all')).toContain(`${delivery}\t`)
  expect(await ask('deliveries', 'show', delivery, '--full')).toMatch(/It has succeeded[^]*Attempt 1 {2}200 [^]*x-a: /)
  expect(await ask('explain', delivery)).toContain('It has succeeded')
  expect(await ask('deliveries', 'sign', delivery)).toMatch(/^curl --request POST /)
  expect(await ask('deliveries', 'replay', delivery)).toBe(`${delivery} is pending again.\n`)
  await server.nextAttempt()
  expect(await ask('endpoints', 'replay', endpoint.id, '--since', '1h', '--dry-run')).toBe('0 would be sent again\n')
  const replay = await askJson('endpoints', 'replay', endpoint.id, '--since', '1h', '--state', 'succeeded')
  expect(replay).toMatchObject({ state: 'finished' })
  expect(await ask('endpoints', 'replays', endpoint.id)).toContain(`${replay.id}\tfinished\t`)
  expect(await askJson('endpoints', 'replay', '--cancel', replay.id)).toMatchObject({ id: replay.id })
  expect(await ask('endpoints', 'stats')).toMatch(/^images uploaded\t\d\n/m)
  expect(await ask('endpoints', 'stats', endpoint.id, '--window', '1h')).toMatch(/^window\t1h\n/)

  expect(await ask('events', 'list', '--types', 'image.uploaded')).toMatch(
    new RegExp(`^\\d+\timage\\.uploaded\t${id}\t`),
  )
  expect(await ask('events', 'list', '--image', 'no-such-image')).toBe('')
  expect(await ask('events', 'list', '--image', id)).toMatch(/^\d+\timage\.uploaded\t/)
  expect(await ask('events', 'types')).toContain('image.upload_failed\t')

  const box = ['--width', '300', '--height', '200']
  expect(await askJson('variants', 'create', 'hero', ...box, '--fit', 'cover')).toMatchObject({ id: 'hero' })
  expect(await askJson('variants', 'edit', 'hero', '--height', 'none', '--exif', 'keep')).toEqual({
    id: 'hero',
    options: { fit: 'cover', width: 300, metadata: 'keep' },
    neverRequireSignedURLs: false,
  })
  expect(await ask('variants', 'get', 'hero')).toContain('box\t300 × any\n')
  expect(await ask('variants', 'list')).toMatch(/^hero\t300 × any\tcover\tkeep\t–\t/m)
  expect(await ask('variants', 'delete', 'hero')).toBe('deleted hero\n')

  expect(await ask('keys', 'create', 'shop')).toMatch(/^shop\t•+\n/m)
  const { keys } = await askJson('keys', 'list', '--show-values')
  expect(keys).toEqual([
    { name: 'default', value: expect.any(String) },
    { name: 'shop', value: expect.any(String) },
  ])
  expect(await askJson('keys', 'delete', 'shop')).toEqual({ keys: [{ name: 'default' }] })

  const token = await askJson('tokens', 'create', '--name', 'ci')
  expect(await ask('tokens', 'list')).toContain(`${token.id}\tci\tImages Write\tactive\t`)
  expect(await ask('tokens', 'revoke', token.id)).toBe(`revoked ${token.id}\n`)
  expect(await ask('tokens', 'batch')).toMatch(/^\S{20,}\n$/)

  expect(await ask('images', 'delete', id)).toBe(`deleted ${id}\n`)
  expect(await ask('endpoints', 'remove', endpoint.id)).toBe(`removed ${endpoint.id}\n`)

  const missing = Object.keys(apiPlaces).filter((name) => isApiCallName(name) && !called.has(name))
  expect(missing.toSorted()).toEqual(Object.keys(otherwise).toSorted())
})
