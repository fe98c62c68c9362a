import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, globSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { freshEvent, receiverContract, signRequest } from '@imagehooks/receiver/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openPool } from '../receiver/test/databases.ts'
import { startLocalWorker } from '../scripts/local-worker.ts'
import { linkPackages, writePageFiles } from './ground/page-files.ts'
import { temporaryFolder } from './ground/temporary.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
/** Long enough for a machine that is busy: nothing here is about how fast it is. */
const patience = { timeout: 50_000 }
const page = 'docs/receiving-webhooks.md'
const secret = 'secret of the pages'

/** A folder with the complete files of a page, as a reader saves them. */
const saved = (from = page): string => {
  const folder = temporaryFolder()
  linkPackages(folder)
  writePageFiles(from, folder)
  return folder
}

/** A runtime as npm brings it: where it lies depends on whether install scripts may run. */
const program = (...patterns: string[]): string => {
  const [found] = patterns.flatMap((pattern) => globSync(pattern, { cwd: join(root, 'node_modules') }))
  if (found === undefined) throw new Error(`npm ci has brought none of ${patterns.join(', ')}.`)
  return join(root, 'node_modules', found)
}

/** Says at which of the free ports a program listens: it was told to take any. */
const tellPort = {
  'tell-port.mjs': `import { subscribe } from 'node:diagnostics_channel'
subscribe('tracing:net.server.listen:asyncEnd', ({ server }) => console.log('port', server.address().port))`,
  'tell-port.ts': `const serve = Bun.serve
Bun.serve = (options) => { const server = serve(options); console.log('port', server.port); return server }`,
}

/** What calls a file as its platform does. */
const platforms = {
  'serve-next.ts': `import { createServer } from 'node:http'
import { nodeHandler } from '@imagehooks/receiver/node'
import { POST } from './app/webhooks/route.ts'
// Next.js itself refuses the methods that a route does not export.
const answer = async (request) => request.method === 'POST' ? POST(request, {}) : new Response(null, { status: 405 })
createServer(nodeHandler(answer)).listen(0)`,
  'serve-lambda.ts': `import { createServer } from 'node:http'
import { nodeHandler } from '@imagehooks/receiver/node'
import { httpApi } from ${JSON.stringify(join(root, 'receiver/test/lambda-events.ts'))}
import { handler } from './lambda.ts'
const answer = async (request) => {
  const { statusCode, headers, body } = await handler(await httpApi(true)(request))
  return new Response(body, { status: statusCode, headers })
}
createServer(nodeHandler(answer)).listen(0)`,
}

/** A program that runs until the test ends: where it listens, and what it has printed. */
const serve = async (
  folder: string,
  command: string,
  words: readonly string[],
  environment: Record<string, string> = {},
) => {
  for (const [name, text] of Object.entries({ ...tellPort, ...platforms })) writeFileSync(join(folder, name), text)
  const child: ChildProcess = spawn(command, words, {
    cwd: folder,
    env: {
      PATH: '',
      HOME: folder,
      DENO_DIR: join(folder, '.deno'),
      DENO_NO_UPDATE_CHECK: '1',
      PORT: '0',
      WEBHOOK_SECRET: secret,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'close')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  let printed = ''
  const port = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk) => {
        printed += String(chunk)
        const found = /port (\d+)|Listening on http:\/\/\S+:(\d+)/.exec(printed)
        if (found) resolve(found[1] ?? found[2] ?? '')
      })
    void ended.then(() => reject(new Error(`It ended: ${printed}`)))
  })
  return { url: `http://127.0.0.1:${port}/webhooks`, printed: () => printed }
}

const node = (file: string): readonly string[] => ['--import', './tell-port.mjs', file]

/** Each case of the contract with what was wrong, which is nothing. */
const brokenPromises = async (url: string): Promise<string[]> => {
  const broken: string[] = []
  for (const { name, run } of receiverContract)
    await run({ send: fetch, secret, url }).catch((error: unknown) => broken.push(`${name}: ${String(error)}`))
  return broken
}

describe('a file of the page, saved and started, keeps the contract:', () => {
  test.each([
    ['node.ts', process.execPath, node('node.ts')],
    ['hono.ts', process.execPath, node('hono.ts')],
    ['express.ts', process.execPath, node('express.ts')],
    ['fastify.ts', process.execPath, node('fastify.ts')],
    ['app/webhooks/route.ts', process.execPath, node('serve-next.ts')],
    ['lambda.ts', process.execPath, node('serve-lambda.ts')],
    ['later.ts', process.execPath, node('later.ts')],
    [
      'deno.ts',
      program('@deno/*/deno{,.exe}'),
      ['run', '--no-remote', '--node-modules-dir=manual', '--allow-all', 'deno.ts'],
    ],
  ])('%s', async (_, command, words) => {
    const { url } = await serve(saved(), command, words)
    expect(await brokenPromises(url)).toEqual([])
  })

  test('bun.ts', async () => {
    const { url: databaseUrl } = await openPool()
    const { url } = await serve(
      saved(),
      program('@oven/*/bin/bun{,.exe}', 'bun/bin/bun.exe'),
      ['--no-install', '--preload', './tell-port.ts', 'bun.ts'],
      { DATABASE_URL: databaseUrl },
    )
    expect(await brokenPromises(url)).toEqual([])
  })

  test.each(['src/index.ts', 'src/later.ts'])('%s, on the Workers runtime', async (file) => {
    const folder = saved()
    mkdirSync(join(folder, 'migrations'))
    copyFileSync(join(root, 'receiver/src/tables.sql'), join(folder, 'migrations/0001_receiver.sql'))
    writeFileSync(
      join(folder, 'migrations/0002_photo.sql'),
      'create table photo (id text primary key, job_key text);\n',
    )
    const worker = await startLocalWorker({
      entry: join(folder, file),
      bindings: { WEBHOOK_SECRET: secret },
      d1: { binding: 'DB', migrationsFolder: join(folder, 'migrations') },
      queueProducers: { WEBHOOKS: 'webhooks' },
      queueConsumers:
        file === 'src/later.ts' ? { webhooks: { deadLetterQueue: 'webhooks-dead' }, 'webhooks-dead': {} } : {},
    })
    onTestFinished(() => worker.stop())
    const url = `${worker.url}/webhooks`
    expect(await brokenPromises(url)).toEqual([])
    const body = freshEvent('image.uploaded')
    expect((await fetch(await signRequest({ url, secret, body }))).status).toBe(file === 'src/later.ts' ? 202 : 200)
    const sql =
      file === 'src/later.ts'
        ? 'select id from photo where id = ?'
        : 'select image_id from imagehooks_image where image_id = ?'
    await expect.poll(() => worker.d1(sql, body.image.id), patience).toHaveLength(1)
  })
})

test('the handler writes its row once, the one that works later does its work, and neither starts without a secret', async () => {
  const body = freshEvent('image.uploaded')
  const later = await serve(saved(), process.execPath, node('later.ts'))
  for (const attempt of [1, 2]) await fetch(await signRequest({ url: later.url, secret, body, attempt }))
  await expect.poll(later.printed, patience).toContain(`working on "${body.image.id}"`)
  await expect(serve(saved(), process.execPath, node('node.ts'), { WEBHOOK_SECRET: '' })).rejects.toThrow(
    'secrets[0] is empty',
  )
})

test('the tests of docs/local-testing.md pass against the receiver of docs/receiving-webhooks.md', async () => {
  const folder = saved('docs/local-testing.md')
  const { stdout } = await promisify(execFile)(process.execPath, ['--test'], {
    cwd: folder,
    env: { PATH: '', WEBHOOK_SECRET: 'test' },
  })
  expect(stdout).toMatch(/^ℹ fail 0$/m)
  expect(Number(/^ℹ pass (\d+)$/m.exec(stdout)?.[1])).toBe(receiverContract.length + 1)
})

test("the receiver of Cloudflare's notices knows their token, both tokens during a change, and their test", async () => {
  const secrets = { CLOUDFLARE_SECRET: 'new token', CLOUDFLARE_SECRET_OLD: 'old token' }
  const { url, printed } = await serve(saved('docs/migrating.md'), process.execPath, node('notifications.ts'), secrets)
  const post = async (token: string, body: object) =>
    (
      await fetch(url.replace('/webhooks', '/cloudflare-notifications'), {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'cf-webhook-auth': token },
        body: JSON.stringify(body),
      })
    ).status
  expect(await post('new token', { text: 'Hello World! This is a test message.' })).toBe(200)
  const notice = {
    name: 'images',
    text: 'An upload ended.',
    data: { id: 'a1' },
    ts: 1_768_473_045,
    alert_type: 'image_notification',
  }
  expect([await post('old token', notice), await post('another', notice)]).toEqual([200, 401])
  await expect.poll(printed, patience).toContain('A direct upload ended: {"id":"a1"}')
})
