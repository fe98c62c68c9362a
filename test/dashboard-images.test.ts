import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { sampleImage } from '../scripts/sample-images.ts'
import { openBrowser } from './ground/browser.ts'
import { testReceiver } from './ground/receiver.ts'
import { startServer, testAccount, type TestServer } from './ground/server.ts'

const start = () => startServer({ listen: true })

const signedIn = async (server: TestServer, path: string, width = 1280): Promise<Page> => {
  const browser = await openBrowser()
  const page = await browser.newPage({ viewport: { width, height: 800 }, locale: 'en-US' })
  page.on('pageerror', (error) => {
    throw error
  })
  await page.goto(`${server.url}/#code=${server.server.sessions.createCode(testAccount.apiToken)}`)
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  await page.goto(server.url + path)
  await page.getByRole('heading', { level: 1 }).waitFor()
  return page
}

/** What hinders somebody, in one line each. */
const hindrances = async (page: Page): Promise<string[]> => {
  // As an expression of the debugger: the page's own policy lets no script in.
  await page.evaluate(axe.source)
  return page.evaluate(async () => {
    const { axe: checker } = globalThis as unknown as { axe: typeof axe }
    const { violations } = await checker.run()
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
  })
}

type Dropped = { readonly name: string; readonly bytes: Uint8Array }

/** Drops files on the page as a hand would. */
const drop = async (page: Page, files: readonly Dropped[]): Promise<void> => {
  const transfer = await page.evaluateHandle(
    (list) => {
      const data = new DataTransfer()
      for (const { name, base64 } of list)
        data.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name))
      return data
    },
    files.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString('base64') })),
  )
  await page.dispatchEvent('main', 'dragover', { dataTransfer: transfer })
  await page.getByText('Drop to upload').waitFor()
  await page.dispatchEvent('main', 'drop', { dataTransfer: transfer })
}

const photo = async (): Promise<Uint8Array> => (await sampleImage('transparent')).bytes

test('files that are dropped are uploaded, a bad one says why, and the webhook of a good one appears', async () => {
  const server = await start()
  const receiver = await testReceiver()
  await server.call('POST', '/images/v1/webhooks', { url: receiver.url })
  const page = await signedIn(server, '/images')
  await page.getByText('No image is here yet.').waitFor()
  expect(await page.getByLabel('A curl command that uploads an image').textContent()).toContain(testAccount.accountId)

  await drop(page, [
    { name: 'sunrise.png', bytes: await photo() },
    { name: 'notes.txt', bytes: new TextEncoder().encode('no picture') },
  ])
  const list = page.getByRole('list', { name: 'Uploads' })
  await list.getByText('uploaded', { exact: true }).waitFor()
  await list.getByText('failed', { exact: true }).waitFor()
  const refused = await server.upload(new TextEncoder().encode('no picture'), 'notes.txt')
  await list.getByText(refused.errors[0]?.message ?? '').waitFor()

  const gallery = page.getByRole('list', { name: 'Images' })
  await gallery.getByRole('link', { name: 'sunrise.png' }).click()
  await page.getByRole('heading', { name: 'sunrise.png' }).waitFor()
  await page.getByRole('cell', { name: 'succeeded' }).waitFor()
  expect((await receiver.next()).text()).toContain('sunrise.png')
  await page
    .getByText(/× \d+, \d+ KB/)
    .first()
    .waitFor()
  expect(await hindrances(page)).toEqual([])
})

test('a gallery holds only what is in sight, and goes on loading to the last image', async () => {
  const server = await start()
  const bytes = await photo()
  const names = Array.from({ length: 150 }, (_, index) => `image-${String(index).padStart(3, '0')}`)
  for (const id of names) await server.upload(bytes, `${id}.png`, { id, creator: id === 'image-007' ? 'ann' : 'bob' })
  const page = await signedIn(server, '/images')
  const gallery = page.getByRole('list', { name: 'Images' })
  await gallery.getByText('image-149.png').waitFor()
  await page.getByText('150 images').waitFor()
  expect(await gallery.getByRole('listitem').count()).toBeLessThan(80)
  // The end is known when every page is there.
  const last = gallery.getByText('image-000.png')
  while (!(await last.isVisible())) {
    await page.mouse.wheel(0, 2000)
    await page.evaluate(() => new Promise(requestAnimationFrame))
  }
  await gallery.locator('[aria-posinset="150"]').waitFor()
  expect(await gallery.getByRole('listitem').count()).toBeLessThan(80)
  expect(await gallery.getByText('image-149.png').count()).toBe(0)

  await page.getByRole('radio', { name: 'Creator' }).check({ force: true })
  await page.getByRole('searchbox').fill('ann')
  await page.keyboard.press('Enter')
  await gallery.getByText('image-007.png').waitFor()
  expect(await gallery.getByRole('listitem').count()).toBe(1)
  await page.getByRole('radio', { name: 'Id' }).check({ force: true })
  await page.getByRole('searchbox').fill('image-042')
  await page.keyboard.press('Enter')
  await gallery.getByText('image-042.png').waitFor()
  await page.getByRole('searchbox').fill('image-4711')
  await page.keyboard.press('Enter')
  await page.getByText('No image has this id.').waitFor()
})

test('what strangers wrote is shown as text: file name, metadata and an id with slashes and other scripts', async () => {
  const server = await start()
  const id = 'alben/<img src=x onerror=alert(1)>/夏 %2F?#&"'
  const filename = '<img src=x onerror=alert(4)>.png'
  const meta = { '<b>': '</textarea><img src=x onerror=alert(2)>', album: 'été' }
  const made = await server.upload(await photo(), filename, {
    id,
    creator: '"><svg onload=alert(3)>',
    metadata: JSON.stringify(meta),
  })
  expect(made.status).toBe(200)
  const page = await signedIn(server, '/images')
  const alerts: string[] = []
  page.on('dialog', (dialog) => {
    alerts.push(dialog.message())
    void dialog.dismiss()
  })
  await page.getByRole('radio', { name: 'Metadata' }).check({ force: true })
  await page.getByLabel('Field of the metadata').fill('album')
  await page.getByRole('searchbox').fill('été')
  await page.keyboard.press('Enter')
  await page.getByRole('link', { name: filename }).click()
  await page.getByRole('heading', { name: filename }).waitFor()
  await page.getByText(id, { exact: true }).first().waitFor()
  expect(JSON.parse(await page.getByLabel('Metadata', { exact: true }).inputValue())).toEqual(meta)
  await page.getByRole('img', { name: 'public' }).waitFor()
  // A page that is loaded anew finds the same image by its address.
  await page.reload()
  await page.getByRole('heading', { name: filename }).waitFor()

  await page.getByLabel('Metadata', { exact: true }).fill('{"album": ')
  await page.getByText('This is no JSON yet').waitFor()
  await page.getByLabel('Metadata', { exact: true }).fill(JSON.stringify({ long: 'x'.repeat(1100) }))
  await page.getByRole('button', { name: 'Save' }).click()
  await page
    .getByText(/1,?024 bytes.*(not|at most|over|long)/i)
    .first()
    .waitFor()
  await page.getByLabel('Metadata', { exact: true }).fill('{"album": "<i>winter</i>"}')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved.').waitFor()
  const image = await server.call('GET', `/images/v1/${encodeURIComponent(id)}`)
  expect(image.result.meta).toEqual({ album: '<i>winter</i>' })

  await page.getByRole('button', { name: 'Delete…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.getByText('No image is here yet.').waitFor()
  expect((await server.call('GET', `/images/v1/${encodeURIComponent(id)}`)).status).toBe(404)
  expect(alerts).toEqual([])
})

test('a private image is shown, and a signed URL of it opens it to everybody until it ends', async () => {
  const server = await start()
  const { result } = await server.upload(await photo(), 'private.png', { requireSignedURLs: 'true' })
  const page = await signedIn(server, `/images/${result.id}`, 390)
  await page.getByRole('heading', { name: 'private.png' }).waitFor()
  const url = await page.getByLabel('The signed URL').textContent()
  const statusOf = async (address: string): Promise<number> => {
    const answer = await fetch(address)
    await answer.arrayBuffer()
    return answer.status
  }
  expect([await statusOf(result.variants[0]), await statusOf(url ?? '')]).toEqual([403, 200])
  await page.waitForFunction(() => document.querySelector<HTMLImageElement>('img[alt="public"]')?.naturalWidth)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  expect(await hindrances(page)).toEqual([])
})

test('a direct upload, step by step, with the keyboard alone', async () => {
  const server = await start()
  const page = await signedIn(server, '/images/direct_upload')
  await page.getByLabel('Id (optional)').focus()
  await page.keyboard.type('from/the keyboard')
  await page.keyboard.press('Tab')
  await page.keyboard.type('{"album": "summer"}')
  await page.keyboard.press('Enter')
  await page.getByLabel('What the API answered').waitFor()
  await page.getByLabel('File', { exact: true }).setInputFiles({
    name: 'photo.png',
    mimeType: 'image/png',
    buffer: Buffer.from(await photo()),
  })
  const post = page.getByRole('button', { name: 'Post the file' })
  await page.getByLabel('File', { exact: true }).focus()
  while (!(await post.evaluate((button) => button === document.activeElement))) await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByText('The image is here').waitFor()
  expect(await page.getByLabel('What the upload URL answered').textContent()).not.toContain('summer')
  expect(await hindrances(page)).toEqual([])
  const image = await server.call('GET', `/images/v1/${encodeURIComponent('from/the keyboard')}`)
  expect([image.result.filename, image.result.meta]).toEqual(['photo.png', { album: 'summer' }])
})
