import { execFile } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createVerifier, guideScheme, standardScheme } from '@imagehooks/receiver/verify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run as runCommand, startServer } from './ground/command.ts'
import { testReceiver } from './ground/receiver.ts'
import { makeTemporaryFolder } from './ground/temporary.ts'
import { goodImage, phonePhoto, scriptedDrawing } from './fixtures/images.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const nextNode = join(root, 'tools/next-runtime/node_modules', `node-linux-${process.arch}`, 'bin/node')
const run = promisify(execFile)

/** A folder with nothing but what `npm install` of the packed server put there. */
const home = makeTemporaryFolder()
const installed = join(home.path, 'node_modules/imagehooks')

beforeAll(async () => {
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', home.path], { cwd: root })
  // Before the JSON stands what the build says.
  const [{ filename }] = JSON.parse(stdout.slice(stdout.indexOf('[\n')))
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', join(home.path, filename)], {
    cwd: home.path,
  })
}, 120_000)

afterAll(() => home.remove())

describe('the package alone', () => {
  test('is JavaScript with the dashboard, the migrations of both drivers and the files of a service', () => {
    expect(globSync('**/*.{ts,tsx,mts}', { cwd: installed, exclude: ['node_modules/**'] })).toEqual([])
    for (const file of ['dashboard/dist/index.html', 'lib/receiver/sign.js', 'packaging/imagehooks.service'])
      expect(existsSync(join(installed, file)), file).toBe(true)
    for (const driver of ['sqlite', 'postgres'])
      expect(globSync(`${driver}/*.sql`, { cwd: join(installed, 'migrations') })).toEqual(
        globSync(`${driver}/*.sql`, { cwd: join(root, 'migrations') }),
      )
  })

  test.each([
    ['the pinned Node', process.execPath, 'v24.'],
    ['the next Node', nextNode, 'v26.'],
  ])('does the main job on %s', async (_, node, version) => {
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
})
