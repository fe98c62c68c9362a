import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { receiverContract } from '@imagehooks/receiver/testing'
import { expect, onTestFinished, test, vi } from 'vitest'
import { receivers } from '../dashboard/src/pages/inbox/receivers.ts'
import { httpApi } from '../receiver/test/lambda-events.ts'
import { sampleImage } from '../scripts/sample-images.ts'
import { block, dashboardGround } from './ground/dashboard.ts'
import { linkPackages } from './ground/page-files.ts'
import { temporaryFolder } from './ground/temporary.ts'

const secret = 'the-secret-of-the-inbox'
const { visit } = dashboardGround({ config: { inbox: { secret } } })
const root = fileURLToPath(new URL('..', import.meta.url))

test('a webhook arrives before one’s eyes, verified step by step; a forged one is refused, and shown as text', async () => {
  const { page, call, upload, url } = await visit('/received')
  await page.getByText('No webhook has arrived yet.').waitFor()
  await call('POST', '/images/v1/webhooks', { url: `${url}/inbox/receive`, secret })
  await upload((await sampleImage('drawing')).bytes, 'drawing.svg')
  const entry = page.getByRole('group').filter({ hasText: 'drawing.svg' }).first()
  await entry.getByText('verified', { exact: true }).waitFor()
  await entry.locator('summary').click({ trial: true })
  expect(await entry.getByText('Passed:').count()).toBe(2)
  const headers = await block(page, 'Headers that arrived').textContent()
  const signature = /x-cloudflare-signature: ([0-9a-f]{64})/.exec(headers ?? '')?.[1] ?? ''
  await entry.getByText(signature).first().waitFor()
  expect(await block(page, 'Body that arrived').textContent()).toContain('\n  "event": "image.uploaded"')

  const forged = '{"event":"<img src=x onerror=alert(1)>"}'
  await fetch(`${url}/inbox/receive`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-cloudflare-signature': signature },
    body: forged,
  })
  const refused = page.getByRole('group').filter({ hasText: 'refused' }).first()
  await refused.locator('summary').click()
  expect(await refused.getByText('Failed:').count()).toBe(1)
  expect(await refused.getByText('Not checked:').count()).toBe(1)
  await refused.getByText('<img src=x onerror=alert(1)>').first().waitFor()
  expect(await page.locator('img[src="x"]').count()).toBe(0)

  // Two have arrived; more than twenty would push the code below out of sight.
  for (let count = 0; count < 21; count++) await fetch(`${url}/inbox/receive`, { method: 'POST', body: forged })
  const entries = page.getByRole('group').filter({ hasText: 'refused' })
  await expect.poll(() => entries.count()).toBe(20)
  await page.getByRole('button', { name: 'Show 3 older' }).click()
  await expect.poll(() => entries.count()).toBe(22)

  for (const { name, install, code } of receivers) {
    await page.getByRole('radio', { name, exact: true }).check({ force: true })
    expect(await block(page, 'Code of a receiver').textContent()).toBe(code)
    expect(await block(page, 'What to install').textContent()).toBe(install)
  }
})

/** The code for a place, as a reader saves it. */
const saved = (place: string, file: string): string => {
  const folder = temporaryFolder()
  linkPackages(folder)
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  writeFileSync(join(folder, file), receivers.find(({ name }) => name === place)?.code ?? '')
  return folder
}

/** Each case of the contract with what was wrong, which is nothing. */
const brokenPromises = async (url: string, send: (request: Request) => Promise<Response>): Promise<string[]> => {
  const broken: string[] = []
  for (const { name, run } of receiverContract)
    await run({ send, secret, url }).catch((error: unknown) => broken.push(`${name}: ${String(error)}`))
  return broken
}

/** A runtime as npm brings it: where it lies depends on whether install scripts may run. */
const program = (...patterns: string[]): string => {
  const [found] = patterns.flatMap((pattern) => globSync(pattern, { cwd: join(root, 'node_modules') }))
  if (found === undefined) throw new Error(`npm ci has brought none of ${patterns.join(', ')}.`)
  return join(root, 'node_modules', found)
}

/** A port that was free a moment ago. */
const freePort = async (): Promise<number> => {
  const { createServer } = await import('node:net')
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('There is no port.')
  return address.port
}

/** Starts it and answers its address once it takes connections. */
const serve = async (folder: string, command: string, words: readonly string[]): Promise<string> => {
  const port = await freePort()
  const child = spawn(command, words, {
    cwd: folder,
    env: { PATH: '', HOME: folder, DENO_DIR: join(folder, '.deno'), PORT: String(port), WEBHOOK_SECRET: secret },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += String(chunk)))
  const ended = once(child, 'close')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const url = `http://localhost:${port}/webhooks`
  await vi.waitFor(
    () => {
      if (child.exitCode !== null) return undefined
      return fetch(url).then((answer) => answer.arrayBuffer())
    },
    { timeout: 50_000 },
  )
  if (child.exitCode !== null) throw new Error(`It ended: ${printed}`)
  return url
}

test.each([
  ['Node', process.execPath, ['receiver.mjs']],
  ['Express', process.execPath, ['receiver.mjs']],
  ['Fastify', process.execPath, ['receiver.mjs']],
  ['Hono', process.execPath, ['receiver.mjs']],
  [
    'Deno',
    program('@deno/*/deno{,.exe}'),
    ['run', '--no-remote', '--node-modules-dir=manual', '--allow-all', 'receiver.mjs'],
  ],
  ['Bun', program('@oven/*/bin/bun{,.exe}', 'bun/bin/bun.exe'), ['--no-install', 'receiver.mjs']],
])('the code to paste for %s keeps the contract', async (place, command, words) => {
  expect(await brokenPromises(await serve(saved(place, 'receiver.mjs'), command, words), fetch)).toEqual([])
})

/** What the code for a place exports. */
const exported = async (place: string): Promise<Record<string, (...given: unknown[]) => Promise<Response>>> => {
  vi.stubEnv('WEBHOOK_SECRET', secret)
  onTestFinished(() => void vi.unstubAllEnvs())
  return import(pathToFileURL(join(saved(place, 'receiver.mjs'), 'receiver.mjs')).href)
}

const anywhere = 'https://receiver.example/webhooks'

test('the code to paste for Workers, Next.js and Lambda keeps the contract', async () => {
  const told = vi.spyOn(console, 'log').mockReturnValue(undefined)
  onTestFinished(() => told.mockRestore())
  const worker = await exported('Worker')
  const next = await exported('Next.js')
  const lambda = await exported('Lambda')
  const sends: Readonly<Record<string, (request: Request) => Promise<Response>>> = {
    Worker: (request) => Object(worker['default']).fetch(request, { WEBHOOK_SECRET: secret }),
    // Next.js itself refuses the methods that a route does not export.
    'Next.js': async (request) =>
      (request.method === 'POST' ? await next['POST']?.(request, {}) : undefined) ??
      new Response(null, { status: 405 }),
    async Lambda(request) {
      const { statusCode, headers, body } = Object(await lambda['handler']?.(await httpApi(true)(request)))
      return new Response(body, { status: statusCode, headers })
    },
  }
  for (const [place, send] of Object.entries(sends))
    expect([place, await brokenPromises(anywhere, send)]).toEqual([place, []])
  expect(told).toHaveBeenCalledWith('uploaded', expect.any(String))
})
