import { globSync, readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { sampleImage } from '../scripts/sample-images.ts'
import { type RunningCommand, startCommand } from './ground/command.ts'
import { descendantsOf, runs } from './ground/descendants.ts'
import { answer, hang } from './ground/reactions.ts'
import { testReceiver } from './ground/receiver.ts'
import { startServer, testAccount } from './ground/server.ts'
import { temporaryFolder } from './ground/temporary.ts'

/** Presses Ctrl-C again and again until the command is gone; what comes close together is one wish, so this takes a few. */
const pressAgain = (command: RunningCommand): void => {
  const pressing = setInterval(() => command.signal('SIGINT'), 100)
  onTestFinished(() => clearInterval(pressing))
}

const startDev = async (folder: string) => {
  const command = startCommand(['dev', '--json', '--port', '0'], { folder })
  await command.shows(/"type":"ready".*\n/)
  const { url, images_url: images, token } = JSON.parse(command.printed())
  const authorization = `Bearer ${token}`
  const upload = async (): Promise<string> => {
    const form = new FormData()
    form.append('file', new File([new Uint8Array((await sampleImage('webp')).bytes)], 'hills.webp'))
    const response = await fetch(images, { method: 'POST', headers: { authorization }, body: form })
    const { result } = await response.json()
    return result.id
  }
  const list = async (): Promise<string[]> => {
    const response = await fetch(`${images}?per_page=1000`, { headers: { authorization } })
    const { result } = await response.json()
    return result.images.map(({ id }: { id: string }) => id)
  }
  return { command, url: String(url), images: String(images), token: String(token), upload, list }
}

describe('Ctrl-C', () => {
  test('in the midst of uploads: dev ends with 0, and what it said it has it has, and no bytes besides', async () => {
    const folder = temporaryFolder()
    const first = await startDev(folder)
    const taken: string[] = []
    const uploadOn = async (): Promise<void> => {
      for (;;) {
        taken.push(await first.upload())
        if (taken.length === 12) first.command.signal('SIGINT')
      }
    }
    // Each ends when the server is gone.
    await Promise.allSettled([uploadOn(), uploadOn(), uploadOn(), uploadOn()])
    expect(await first.command.ended).toBe(0)
    const second = await startDev(folder)
    const listed = await second.list()
    expect(listed).toEqual(expect.arrayContaining(taken))
    second.command.signal('SIGINT')
    expect(await second.command.ended).toBe(0)
    const blobs = globSync('**/*', { cwd: join(folder, 'imagehooks-data/blobs'), withFileTypes: true })
    expect(blobs.filter((entry) => entry.isFile())).toHaveLength(listed.length)
  })

  test('once more ends dev at once with 130, although a request is half there', async () => {
    const { command, url, images, token } = await startDev(temporaryFolder())
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    socket.on('error', () => {})
    socket.write(
      `POST ${new URL(images).pathname} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${token}\r\n` +
        'content-type: multipart/form-data; boundary=x\r\ncontent-length: 1000\r\n\r\n--x\r\n',
    )
    // What came over another connection later has been taken: so was the half.
    await (await fetch(url)).arrayBuffer()
    command.signal('SIGINT')
    await command.shows(/once more ends it at once/)
    pressAgain(command)
    expect(await command.ended).toBe(130)
  })

  test('ends serve with 0', async () => {
    const command = startCommand(['serve', '--port', '0'])
    await command.shows(/listening on/)
    command.signal('SIGINT')
    expect(await command.ended).toBe(0)
  })

  test('once more ends listen at once with 130; the event that it had not done with is forwarded by the next', async () => {
    const server = await startServer({ listen: true })
    const local = await testReceiver({ respond: () => hang() })
    const environment = {
      IMAGEHOOKS_URL: server.url,
      IMAGEHOOKS_ACCOUNT_ID: testAccount.accountId,
      IMAGEHOOKS_API_TOKEN: testAccount.apiToken,
      IMAGEHOOKS_STATE_DIR: temporaryFolder(),
    }
    const first = startCommand(['listen', '--forward-to', local.url], { environment })
    await first.shows(/connected/)
    await server.upload((await sampleImage('drawing')).bytes, 'a.svg')
    const before = await local.next()
    pressAgain(first)
    expect(await first.ended).toBe(130)
    local.respondWith(answer(200))
    const second = startCommand(['listen', '--forward-to', local.url], { environment })
    expect((await local.next()).text()).toBe(before.text())
    await second.shows(/← 200/)
    second.signal('SIGINT')
    expect(await second.ended).toBe(0)
    const files = readdirSync(join(environment.IMAGEHOOKS_STATE_DIR, 'listen'))
    expect(files.filter((name) => name.endsWith('.new'))).toEqual([])
  })

  test.each([
    ['events', /image\.uploaded/],
    ['deliveries', /pending|succeeded|dead/],
  ])('ends %s tail with 0, in the midst of it', async (noun, line) => {
    const server = await startServer({ listen: true })
    const receiver = await testReceiver()
    await server.call('POST', '/images/v1/webhooks', { url: receiver.url })
    const environment = {
      IMAGEHOOKS_URL: server.url,
      IMAGEHOOKS_ACCOUNT_ID: testAccount.accountId,
      IMAGEHOOKS_API_TOKEN: testAccount.apiToken,
    }
    const command = startCommand([noun, 'tail'], { environment })
    const { bytes } = await sampleImage('drawing')
    // Until the tail has begun, what happens is not for it.
    let isSeen = false
    const seen = command.shows(line).finally(() => (isSeen = true))
    while (!isSeen) {
      await server.upload(bytes, 'a.svg')
      await receiver.next()
    }
    await seen
    command.signal('SIGINT')
    expect(await command.ended).toBe(0)
  })

  const script = (name: string): string => fileURLToPath(new URL(`../scripts/${name}`, import.meta.url))

  test.each([
    ['npm run cluster, while it starts', 'cluster.mjs', [], 4],
    ['npm run demo -- --kill', 'demo.mjs', ['--kill'], 1],
  ])(
    'ends %s with 130, all its processes and its files',
    { timeout: 180_000 },
    async (_, file, words, processCount) => {
      const temporary = temporaryFolder()
      const command = startCommand(words, {
        program: { node: process.execPath, entry: script(file) },
        environment: { NO_COLOR: '1', TMPDIR: temporary },
      })
      const descendantCount = () => descendantsOf(command.processId).length
      await expect.poll(descendantCount, { timeout: 120_000 }).toBeGreaterThanOrEqual(processCount)
      const started = descendantsOf(command.processId)
      command.signal('SIGINT')
      expect(await command.ended).toBe(130)
      await expect.poll(() => started.filter(runs), { timeout: 30_000 }).toEqual([])
      const left = (): string[] => readdirSync(temporary).filter((name) => /^(?:imagehooks|miniflare)-/.test(name))
      await expect.poll(left, { timeout: 30_000 }).toEqual([])
    },
  )
})

test('every exit code that a command has is in the table of docs/cli.md', () => {
  const page = readFileSync(new URL('../docs/cli.md', import.meta.url), 'utf8')
  const documented = [...page.matchAll(/^\| ([\d, ]+) \|/gm)].flatMap(([, codes = '']) => codes.split(', '))
  const set = globSync('src/cli/**/*.ts', { cwd: fileURLToPath(new URL('..', import.meta.url)) })
    .filter((path) => !path.endsWith('.test.ts'))
    .flatMap((path) => [
      ...readFileSync(new URL(`../${path}`, import.meta.url), 'utf8').matchAll(/exitCode[^\n]*?=[^\n]*/g),
    ])
    .flatMap(([line]) => line.match(/\b\d{1,3}\b/g) ?? [])
  expect(set.length).toBeGreaterThan(3)
  for (const code of set) expect(documented).toContain(code)
})
