import { createHmac } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { sampleImage } from '../../../scripts/sample-images.ts'
import { run } from '../../../test/ground/command.ts'
import { runHere } from '../../../test/ground/command-here.ts'
import { answer } from '../../../test/ground/reactions.ts'
import { testReceiver } from '../../../test/ground/receiver.ts'
import { startServer, testAccount } from '../../../test/ground/server.ts'
import { temporaryFolder } from '../../../test/ground/temporary.ts'
import { readMetaFilter } from './images/list.ts'
import { nameFor } from './images/download.ts'

const webhooks = '/images/v1/webhooks'

const ground = async () => {
  const server = await startServer({ listen: true })
  const environment = {
    IMAGEHOOKS_URL: server.url,
    IMAGEHOOKS_ACCOUNT_ID: testAccount.accountId,
    IMAGEHOOKS_API_TOKEN: testAccount.apiToken,
  }
  const here = (words: readonly string[], wish: { columns?: number; more?: Record<string, string> } = {}) =>
    runHere(words, {
      environment: { ...environment, ...wish.more },
      ...(wish.columns !== undefined && { columns: wish.columns }),
    })
  const { bytes } = await sampleImage('drawing')
  return {
    server,
    environment,
    here,
    bytes,
    async ask(...words: string[]): Promise<string> {
      const { code, printed, said } = await here(words)
      expect({ words, code, said }).toEqual({ words, code: 0, said: '' })
      return printed
    },
  }
}

describe('lists', () => {
  test('go page by page with a token, or whole, for a person, a pipe and a program', async () => {
    const { server, here, ask, bytes } = await ground()
    const ids: string[] = []
    for (let at = 1; at <= 5; at++) ids.unshift((await server.upload(bytes, `${at}.svg`)).result.id)
    const idsIn = (printed: string): string[] =>
      printed
        .trim()
        .split('\n')
        .map((line) => line.split('\t')[0] ?? '')
    expect(idsIn(await ask('images', 'list', '--per-page', '2'))).toEqual(ids.slice(0, 2))
    const page = JSON.parse(await ask('images', 'list', '--per-page', '2', '--json'))
    const next = await ask('images', 'list', '--per-page', '2', '--continue-from', page.continuation_token)
    expect(idsIn(next)).toEqual(ids.slice(2, 4))
    expect(idsIn(await ask('images', 'list', '--per-page', '2', '--all'))).toEqual(ids)
    const lines = (await ask('images', 'list', '--per-page', '2', '--all', '--json')).trim().split('\n')
    expect(lines.map((line) => JSON.parse(line).id)).toEqual(ids)
    expect(idsIn(await ask('images', 'list', '--page', '2', '--per-page', '2'))).toEqual(ids.slice(2, 4))
    expect(idsIn(await ask('images', 'list', '--sort', 'asc', '--per-page', '1'))).toEqual(ids.slice(-1))

    const shown = await here(['images', 'list', '--per-page', '2'], { columns: 100 })
    expect(shown.printed).toMatch(/^.*ID.*FILENAME.*UPLOADED/)
    expect(shown.said).toMatch(/There are more: --all .*\n.*--continue-from=\S+/)
    const none = await here(['images', 'list', '--creator', 'nobody'], { columns: 100 })
    expect([none.printed, none.said]).toEqual(['', expect.stringContaining('imagehooks images upload FILES')])
  })

  test.each([
    ['album=summer', 'meta.album[eq]', 'summer'],
    ['a.b=c=d', 'meta.a.b[eq]', 'c=d'],
    ['size>=5', 'meta.size[gte]', '5'],
    ['size<5', 'meta.size[lt]', '5'],
    ['size[in:number]=1|2', 'meta.size[in:number]', '1|2'],
  ])('the filter %s is %s', (text, name, value) => expect(readMetaFilter(text)).toEqual([name, value]))

  test.each([
    [['images', 'list', '--filter', 'x'], /--filter must be written as/],
    [['images', 'list', '--page', '2', '--all'], /--page goes with --per-page and --creator alone/],
    [['images', 'list', '--per-page', '0'], /--per-page must be a whole number from 1 to 10000/],
    [['deliveries', 'list', '--state', 'x'], /Allowed choices are pending, succeeded, dead, canceled/],
    [['deliveries', 'list', '--since', 'yesterday'], /--since must be an instant such as .* or a span/],
    [['events', 'list', '--types', 'x'], /--types must be event types/],
    [['images', 'update', 'x'], /Say what to change: --meta/],
    [['images', 'sign', 'x', '--expires-in', '10ms'], /--expires-in must be a second or more/],
    [['variants', 'create', 'a/b'], /The name of a variant must not hold a slash/],
    [['endpoints', 'add', 'nowhere'], /The URL must be a complete URL/],
    [['endpoints', 'add', 'https://x.test', '--secret-env', 'NOT_THERE'], /There is no secret .* in NOT_THERE/],
    [['endpoints', 'add', 'https://x.test', '--header', 'nothing'], /--header must be written as/],
    [['endpoints', 'add', 'https://x.test', '--header-env', 'a'], /--header-env must be written as/],
    [['endpoints', 'add', 'https://x.test', '--rate-limit', '0'], /--rate-limit must be a whole number/],
    [['endpoints', 'edit', 'webhook_0'], /Say what to change/],
    [['endpoints', 'remove'], /Name the endpoints to remove/],
    [['endpoints', 'replay', 'webhook_0'], /Say from when on: --since 24h/],
    [['endpoints', 'replay', '--since', '1h'], /Name the endpoint/],
    [['endpoints', 'replay', 'webhook_0', '--cancel', 'rpl_0'], /nothing goes with them/],
    [['images', 'download', 'a', 'b', '-o', 'c'], /--output takes one image/],
  ])('%j is refused in a sentence', async (words, sentence) => {
    const { code, said } = await runHere(words, {
      environment: { IMAGEHOOKS_URL: 'http://127.0.0.1:1', IMAGEHOOKS_ACCOUNT_ID: 'a', IMAGEHOOKS_API_TOKEN: 'b' },
    })
    expect([code, said]).toEqual([1, expect.stringMatching(sentence)])
  })
})

describe('secrets', () => {
  test('of an endpoint come from the standard input or the environment, and no command line can hold one', async () => {
    const { environment, here, ask } = await ground()
    const receiver = await testReceiver()
    const added = await run(['endpoints', 'add', receiver.url, '--secret-stdin'], {
      environment,
      input: 'a secret of ours\n',
    })
    expect(added.code).toBe(0)
    const id = /^id\t(\S+)$/m.exec(added.printed)?.[1] ?? ''
    expect(added.printed).not.toContain('secret')
    await ask('endpoints', 'test', id)
    const { body, headers } = await receiver.next()
    const macBy = (secret: string): string => createHmac('sha256', secret).update(body).digest('hex')
    expect(headers['x-cloudflare-signature']).toBe(macBy('a secret of ours'))
    const rotated = await here(['endpoints', 'rotate', id, '--secret-env', 'NEW', '--overlap', '0s'], {
      more: { NEW: 'another' },
    })
    expect([rotated.code, rotated.printed]).toEqual([0, ''])
    expect((await here(['endpoints', 'add', receiver.url, '--secret', 'x'])).said).toContain(
      "unknown option '--secret'",
    )
    const vars = join(temporaryFolder(), '.dev.vars')
    writeFileSync(vars, 'WEBHOOK_SECRET="of a file"\n')
    expect((await here(['endpoints', 'rotate', id, '--vars', vars, '--overlap', '0s'])).code).toBe(0)
    await ask('endpoints', 'test', id)
    const next = await receiver.next()
    const mac = createHmac('sha256', 'of a file').update(next.body).digest('hex')
    expect(next.headers['x-cloudflare-signature']).toBe(mac)
    const twice = ['endpoints', 'rotate', id, '--vars', vars, '--secret-env', 'NEW']
    expect((await here(twice, { more: { NEW: 'another' } })).said).toContain('Say once where the secret is')
    // What the environment holds for other commands is not meant unless it is said.
    const made = await here(['endpoints', 'add', receiver.url], { more: { IMAGEHOOKS_WEBHOOK_SECRET: 'of listen' } })
    expect(made.printed).toMatch(/^secret\twhsec_/m)
    const edited = await here(['endpoints', 'edit', id, '--header-env', 'authorization=AUTH'], {
      more: { AUTH: 'Bearer hidden-credential' },
    })
    expect(edited.printed).toContain('headers\tauthorization\n')
    expect(edited.printed + edited.said).not.toContain('hidden-credential')
  })

  test('of signed URLs are not shown unless they are asked for', async () => {
    const { ask } = await ground()
    const { keys } = JSON.parse(await ask('keys', 'list', '--show-values', '--json'))
    expect(await ask('keys', 'list')).not.toContain(keys[0].value)
    expect(await ask('keys', 'list', '--json')).not.toContain(keys[0].value)
  })
})

test('a Test that fails says what is wrong in plain words, with all that the receiver answered', async () => {
  const { server, here } = await ground()
  const receiver = await testReceiver({ respond: () => answer(401, 'no\u001B[2J such\nsignature') })
  const { result: endpoint } = await server.call('POST', webhooks, { url: receiver.url })
  const { code, printed } = await here(['endpoints', 'test', endpoint.id])
  expect(code).toBe(1)
  expect(printed).toMatch(/^401 {2}[\d.]+ ms {2}dlv_/)
  expect(printed).toContain('compare the secret on both sides')
  expect(printed).toContain('The receiver answered\n  no [2J such\n  signature\n')
  await receiver.close()
  const refused = await here(['endpoints', 'test', endpoint.id])
  expect(refused.printed).toMatch(/^The connection was refused\. .*[^]*start the receiver/)
})

test('a delivery is shown with its attempts, timings and answers, bodies cut on a terminal unless all is wanted', async () => {
  const { server, here, bytes } = await ground()
  const long = Array.from({ length: 40 }, (_, at) => `line ${at}`).join('\n')
  const receiver = await testReceiver({ respond: () => answer(500, long, { 'x-from': 'shop' }) })
  await server.call('POST', webhooks, { url: receiver.url })
  const { result: image } = await server.upload(bytes, 'a.svg')
  await server.nextAttempt()
  const [id = ''] = (await here(['deliveries', 'list', '--image', image.id])).printed.split('\t')
  const shown = await here(['deliveries', 'show', id], { columns: 200 })
  expect(shown.printed).toMatch(/Attempt 1.*500[^]*connect [\d.]+ ms, first byte [\d.]+ ms, all [\d.]+ ms/)
  expect(shown.printed).toContain('line 19\n')
  expect(shown.printed).toContain('and 20 lines more; --full shows all.')
  expect(shown.printed).not.toContain('x-from')
  const full = await here(['deliveries', 'show', id, '--full'], { columns: 200 })
  expect(full.printed).toContain('line 39\n')
  expect(full.printed).toMatch(/x-from.*: shop/)
  expect(full.printed).toMatch(/webhook-id.*: evt_/)
})

describe('downloads', () => {
  test('bring the bytes whole, under a name that leads nowhere else, and write over nothing', async () => {
    const { server, ask, here, bytes } = await ground()
    const folder = temporaryFolder()
    const { result: image } = await server.upload(bytes, '../../evil.svg')
    mkdirSync(join(folder, 'here'))
    await ask('images', 'download', image.id, '--folder', join(folder, 'here'))
    expect(readdirSync(folder, { recursive: true })).toEqual(['here', 'here/evil.svg'])
    expect(readFileSync(join(folder, 'here/evil.svg'))).toEqual(Buffer.from(bytes))
    const again = await here(['images', 'download', image.id, '--folder', join(folder, 'here')])
    expect([again.code, again.said]).toEqual([1, expect.stringContaining('is there already; say --force')])
    writeFileSync(join(folder, 'out.svg'), 'old')
    await ask('images', 'download', image.id, '-o', join(folder, 'out.svg'), '--force')
    expect(readFileSync(join(folder, 'out.svg'))).toEqual(Buffer.from(bytes))
    expect(readdirSync(join(folder)).toSorted()).toEqual(['here', 'out.svg'])
  })

  test('of a private image through a variant are signed, and go to the standard output where that is wanted', async () => {
    const { server, environment, bytes } = await ground()
    const { result: image } = await server.upload(bytes, 'a.svg', { requireSignedURLs: 'true' })
    const { code, printed } = await run(['images', 'download', image.id, '--variant', 'public', '-o', '-'], {
      environment,
    })
    expect([code, printed]).toEqual([0, expect.stringContaining('<svg')])
    const { said } = await run(['images', 'download', image.id, '--variant', 'none', '-o', '-'], { environment })
    expect(said).toContain('There is no variant "none"; there are public.')
  })

  test.each([
    ['photo.jpg', undefined, 'image/jpeg', 'photo.jpg'],
    ['photo', undefined, 'image/png', 'photo.png'],
    ['', undefined, 'image/webp', 'an_id.webp'],
    ['photo.jpg', 'hero', 'image/avif', 'photo.hero.avif'],
    ['..', undefined, 'image/gif', '_.gif'],
    ['.bashrc', undefined, 'image/gif', '_bashrc.gif'],
    ['a\u202Eb\u0000c:d.png', undefined, 'image/png', 'a_b_c_d.png'],
  ])('of "%s" through %s as %s are called %s', (filename, variant, type, name) => {
    expect(nameFor({ id: 'an/id', filename }, variant, type)).toBe(name)
  })
})

test('NO_COLOR leaves a terminal without colours', async () => {
  const { here } = await ground()
  const colours = await here(['variants', 'list'], { columns: 100, more: { FORCE_COLOR: '1' } })
  expect(colours.printed).toContain('\u001B[')
  const plain = await here(['variants', 'list'], { columns: 100, more: { NO_COLOR: '1' } })
  expect(plain.printed).not.toContain('\u001B[')
})
