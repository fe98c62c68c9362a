import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { sampleImage } from '../scripts/sample-images.ts'
import { temporaryFolder } from './ground/temporary.ts'

const entry = fileURLToPath(new URL('../scripts/demo.mjs', import.meta.url))

/** The demo in a process and with temporary files of its own. */
const startDemo = (...args: string[]) => {
  const temporary = temporaryFolder()
  const { FORCE_COLOR: _, ...environment } = process.env
  const child = spawn(process.execPath, [entry, ...args], {
    env: { ...environment, NO_COLOR: '1', TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGTERM'))
  const ended = Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)])
  return {
    child,
    ended: ended.then(([[code], printed, said]) => ({ code, printed, said })),
    /** What of the demo lies among the temporary files. */
    leftovers: () => readdirSync(temporary).filter((name) => /^(?:imagehooks|miniflare)-/.test(name)),
  }
}

test('the demo shows samples of every format on their way to D1 and the queue, and leaves nothing behind', async () => {
  const demo = startDemo()
  const { code, printed, said } = await demo.ended
  expect({ code, said }).toEqual({ code: 0, said: '' })
  for (const name of ['lake-at-noon.jpg', 'vignette.png', 'sunrise.gif', 'hills.webp', 'meadow.avif', 'logo.svg'])
    expect(printed).toMatch(new RegExp(`│ ${name} +│ +\\d+ │ +\\d+ │ +\\d+ │ +✓ +│ +✓ +│`))
  expect(printed).toMatch(
    /logo\.svg +upload ✓[^]+logo\.svg +event[^]+attempt 1 ✗ refused[^]+Worker back[^]+attempt \d ✓ 200[^]+D1 row ✓[^]+job ✓/,
  )
  expect(printed).toContain('Retries are shortened')
  expect(demo.leftovers()).toEqual([])
})

test('a file that is no image is refused in words, the other still arrives, and the demo exits 1', async () => {
  const folder = temporaryFolder()
  const [broken, photo] = [join(folder, 'broken.jpg'), join(folder, 'photo.jpg')]
  writeFileSync(broken, 'this is no image')
  writeFileSync(photo, (await sampleImage('photo')).bytes)
  const { code, printed } = await startDemo(broken, photo).ended
  expect(code).toBe(1)
  expect(printed).toMatch(/│ broken\.jpg +│ refused: \S+ \S+.*│/)
  expect(printed).toMatch(/│ photo\.jpg +│ +\d+ │ +\d+ │ +\d+ │ +✓ +│ +✓ +│/)
  expect(printed).toContain('✗ 1 of 2 did not get all the way: broken.jpg.')
})

test('a file that is not there is named in one sentence', async () => {
  const missing = join(temporaryFolder(), 'missing.jpg')
  const { code, printed, said } = await startDemo(missing).ended
  expect({ code, printed, said }).toEqual({ code: 1, printed: '', said: `There is no file ${missing} to upload.\n` })
})

test('Ctrl-C in the midst of it leaves no process and no file behind', async () => {
  const demo = startDemo()
  let printed = ''
  demo.child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString()
    if (printed.includes('event +')) demo.child.kill('SIGINT')
  })
  expect((await demo.ended).code).toBe(130)
  expect(demo.leftovers()).toEqual([])
  const addresses = printed.match(/http:\/\/127\.0\.0\.1:\d+/g) ?? []
  expect(addresses).toHaveLength(2)
  for (const address of addresses) {
    const isGone = (): Promise<boolean> =>
      fetch(address).then(
        () => false,
        () => true,
      )
    await expect.poll(isGone, { timeout: 30_000 }).toBe(true)
  }
})
