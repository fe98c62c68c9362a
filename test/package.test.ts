import { execFile } from 'node:child_process'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createVerifier, guideScheme, standardScheme } from '@imagehooks/receiver/verify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run as runCommand, startCommand, startServer } from './ground/command.ts'
import { testReceiver } from './ground/receiver.ts'
import { makeTemporaryFolder, temporaryFolder } from './ground/temporary.ts'
import { goodImage, phonePhoto, scriptedDrawing } from './fixtures/images.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const nextNode = join(root, 'tools/next-runtime/node_modules', `node-linux-${process.arch}`, 'bin/node')
const run = promisify(execFile)

const nodes = [
  ['the pinned Node', process.execPath, 'v24.'],
  ['the next Node', nextNode, 'v26.'],
] as const

/** A folder with nothing but what `npm install` of the packed server put there. */
const home = makeTemporaryFolder()
const installed = join(home.path, 'node_modules/imagehooks')

/** What npm says of the tarball. */
type Packed = { filename: string; size: number; unpackedSize: number; files: { path: string }[] }
let packed: Packed

/** What the tarball may hold, in bytes; a little above what it holds now, so that what is added by mistake is seen. */
const largestTarball = 1_000_000

beforeAll(async () => {
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', home.path], { cwd: root })
  // Before the JSON stands what the build says.
  ;[packed] = JSON.parse(stdout.slice(stdout.indexOf('[\n')))
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', join(home.path, packed.filename)], {
    cwd: home.path,
  })
}, 240_000)

afterAll(() => home.remove())

describe('the package alone', () => {
  test('is JavaScript with the dashboard, the migrations of both drivers, the pages and the files of a service', () => {
    for (const file of [
      'dashboard/dist/index.html',
      'lib/receiver/sign.js',
      'packaging/imagehooks.service',
      'docs/cli.md',
    ])
      expect(existsSync(join(installed, file)), file).toBe(true)
    for (const driver of ['sqlite', 'postgres'])
      expect(globSync(`${driver}/*.sql`, { cwd: join(installed, 'migrations') })).toEqual(
        globSync(`${driver}/*.sql`, { cwd: join(root, 'migrations') }),
      )
  })

  test('holds no source, test or bench, and is as small as it was', () => {
    const roots = new Set(packed.files.map(({ path }) => path.split('/')[0]))
    expect([...roots].toSorted()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'bin',
      'dashboard',
      'docs',
      'lib',
      'migrations',
      'package.json',
      'packaging',
    ])
    expect(packed.files.filter(({ path }) => /\.(?:[mc]?tsx?|map|png|heic)$|\.test\.|\.sources/.test(path))).toEqual([])
    const { filename, size, unpackedSize, files } = packed
    process.stdout.write(`${filename}: ${size} bytes, ${unpackedSize} unpacked, ${files.length} files\n`)
    expect(packed.size).toBeLessThan(largestTarball)
  })

  test('tells npm which Node it needs, and a Node that is too old what to do', async () => {
    const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
    expect(manifest).toMatchObject({ bin: { imagehooks: 'bin/imagehooks.mjs' }, engines: { node: '>=24.15' } })
    const old =
      'data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.20.2"}})'
    const entry = join(installed, 'bin/imagehooks.mjs')
    await expect(run(process.execPath, ['--import', old, entry, 'dev'])).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^Imagehooks needs Node 24\.15 .*npm install node-linux-\w+@24\.\n$/),
    })
  })

  test.each(nodes)('does the main job on %s', async (_, node, version) => {
    expect((await run(node, ['--version'])).stdout).toContain(version)
    const program = { node, entry: join(installed, 'bin/imagehooks.mjs') }
    expect(await runCommand(['version'], { program })).toMatchObject({ code: 0, printed: '0.1.0\n' })

    const server = await startServer(['dev'], { program })
    const account = /account\S* +([0-9a-f]{32})/.exec(server.printed())?.[1] ?? ''
    const token = /token\S* +(\S+)/.exec(server.printed())?.[1] ?? ''
    const images = `${server.url}/client/v4/accounts/${account}/images/v1`
    const authorization = `Bearer ${token}`
    const secret = 'your_webhook_secret_key'
    const receiver = await testReceiver()
    const registered = await fetch(`${images}/webhooks`, {
      method: 'PUT',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ url: `${receiver.url}/webhooks`, secret }),
    })
    expect((await registered.json()).success).toBe(true)

    const verify = createVerifier(secret, [standardScheme, guideScheme])
    // The photo of a phone and a drawing are decoded in threads of their own.
    for (const { bytes, filename } of [await goodImage('photo'), phonePhoto, scriptedDrawing]) {
      const form = new FormData()
      form.append('file', new File([new Uint8Array(bytes)], filename))
      const answer = await fetch(images, { method: 'POST', headers: { authorization }, body: form })
      const { result } = await answer.json()
      expect(answer.status).toBe(200)
      const delivery = await receiver.next()
      const headers = new Headers(Object.entries(delivery.headers).map(([name, value]) => [name, String(value)]))
      expect(await verify(headers, new Uint8Array(delivery.body))).toMatchObject({ ok: true })
      expect(JSON.parse(delivery.text())).toMatchObject({ event: 'image.uploaded', image: { id: result.id } })
      const served = await fetch(result.variants[0])
      expect([served.status, served.headers.get('content-type')]).toEqual([200, expect.stringContaining('image/')])
      await served.arrayBuffer()
    }

    const page = await (await fetch(server.url)).text()
    const script = /src="(\/assets\/[^"]+)"/.exec(page)?.[1] ?? ''
    const asset = await fetch(`${server.url}${script}`)
    expect(asset.headers.get('content-type')).toContain('javascript')
    await asset.arrayBuffer()
    expect(await server.stop()).toBe(0)
  })

  test.each(nodes)('runs its commands on %s: upload, listen, trigger, verify, doctor', async (_, node) => {
    const program = { node, entry: join(installed, 'bin/imagehooks.mjs') }
    const folder = temporaryFolder()
    const environment = { IMAGEHOOKS_WEBHOOK_SECRET: 'your_webhook_secret_key' }
    const command = (...words: string[]) => runCommand(words, { program, environment, folder })
    const server = await startServer(['dev'], { program, folder })
    const local = await testReceiver()
    const listener = startCommand(['listen', '--forward-to', local.url], { program, environment, folder })
    await listener.shows(/connected/)
    writeFileSync(join(folder, scriptedDrawing.filename), scriptedDrawing.bytes)
    expect(await command('images', 'upload', scriptedDrawing.filename)).toMatchObject({ code: 0 })
    const { headers, body } = await local.next()
    await listener.shows(/← 200/)
    listener.signal('SIGINT')
    expect(await listener.ended).toBe(0)
    writeFileSync(join(folder, 'body.json'), body)
    const given = Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}: ${String(value)}`])
    expect(await command('verify', 'body.json', ...given)).toMatchObject({ code: 0 })
    expect(await command('trigger', 'image.uploaded', '--to', local.url)).toMatchObject({ code: 0, said: '' })
    // It answers 200 to whatever comes, and is told so.
    expect(await command('doctor', local.url, '--json')).toMatchObject({
      code: 1,
      printed: expect.stringContaining('unsigned'),
    })
    expect(await command('--help')).toMatchObject({ code: 0, printed: expect.stringContaining('docs/cli.md') })
    expect(await server.stop()).toBe(0)
  })
})
