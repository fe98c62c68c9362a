import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { sampleImage } from '../scripts/sample-images.ts'
import { block, dashboardGround, hindrances, overhang } from './ground/dashboard.ts'
import { testReceiver } from './ground/receiver.ts'

const { visit } = dashboardGround()

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
  const receiver = await testReceiver()
  const { page, call, upload, account } = await visit('/images')
  await call('POST', '/images/v1/webhooks', { url: receiver.url })
  await page.getByText('No image is here yet.').waitFor()
  expect(await block(page, 'A curl command that uploads an image').textContent()).toContain(account.accountId)

  await drop(page, [
    { name: 'sunrise.png', bytes: await photo() },
    { name: 'notes.txt', bytes: new TextEncoder().encode('no picture') },
  ])
  const list = page.getByRole('list', { name: 'Uploads' })
  await list.getByText('uploaded', { exact: true }).waitFor()
  await list.getByText('failed', { exact: true }).waitFor()
  const refused = await upload(new TextEncoder().encode('no picture'), 'notes.txt')
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
  const { page, upload, goTo } = await visit('/settings')
  const { bytes } = await sampleImage('drawing')
  const names = Array.from({ length: 130 }, (_, index) => `image-${String(index).padStart(3, '0')}`)
  for (const id of names) await upload(bytes, `${id}.png`, { id, creator: id === 'image-007' ? 'ann' : 'bob' })
  await goTo('/images')
  const gallery = page.getByRole('list', { name: 'Images' })
  await gallery.getByText('image-129.png').waitFor()
  await page.getByText('130 images').waitFor()
  expect(await gallery.getByRole('listitem').count()).toBeLessThan(80)
  // The end is known when every page is there.
  const last = gallery.getByText('image-000.png')
  while (!(await last.isVisible())) {
    await page.mouse.wheel(0, 2000)
    await page.evaluate(() => new Promise(requestAnimationFrame))
  }
  await gallery.locator('[aria-posinset="130"]').waitFor()
  expect(await gallery.getByRole('listitem').count()).toBeLessThan(80)
  expect(await gallery.getByText('image-129.png').count()).toBe(0)

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

test('an image tells what happened to it without any webhook, and what happens now', async () => {
  const { page, call, upload, goTo } = await visit('/images')
  const { result } = await upload(await photo(), 'quiet.png')
  await goTo(`/images/${result.id}`)
  const events = page.getByRole('list', { name: 'Events, oldest first' })
  await events.getByText('image.uploaded', { exact: true }).click()
  const [event] = (await call('GET', `/images/v1/webhooks/events?image_id=${result.id}`)).result.events
  const body = await block(events, `Body of ${event.id}`).textContent()
  expect(JSON.parse(body ?? '')).toEqual(JSON.parse(event.body))
  expect(await hindrances(page)).toEqual([])
  await call('PATCH', `/images/v1/${result.id}`, { metadata: { album: 'summer' } })
  await events.getByText('image.updated', { exact: true }).waitFor()
  await events.getByText('image.updated', { exact: true }).click()
  await events.getByText('"summer"').waitFor()
  expect(await page.getByText('Nothing was sent yet.').isVisible()).toBe(true)
})

test('a tab out of sight lets go of its stream, and sees what it has missed when it is back', async () => {
  const { page, upload, goTo } = await visit('/settings')
  const isStream = (request: { url(): string }): boolean => request.url().includes('/events?after=latest')
  const turn = (hidden: boolean): Promise<unknown> =>
    page.evaluate((value) => {
      Object.defineProperty(document, 'hidden', { value, configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    }, hidden)
  await Promise.all([page.waitForRequest(isStream), goTo('/images')])
  const letGo = page.waitForEvent('requestfailed', isStream)
  await turn(true)
  expect((await letGo).failure()?.errorText).toBe('net::ERR_ABORTED')
  await upload(await photo(), 'meanwhile.png')
  await Promise.all([page.waitForRequest(isStream), turn(false)])
  await page.getByRole('list', { name: 'Images' }).getByText('meanwhile.png').waitFor()
})

test('a private image is shown, and a signed URL of it opens it to everybody until it ends', async () => {
  const { page, upload, goTo } = await visit('/images', { width: 375 })
  const { result } = await upload(await photo(), 'private.png', { requireSignedURLs: 'true' })
  await goTo(`/images/${result.id}`)
  await page.getByRole('heading', { name: 'private.png' }).waitFor()
  const url = await block(page, 'The signed URL').textContent()
  const statusOf = async (address: string): Promise<number> => {
    const answer = await fetch(address)
    await answer.arrayBuffer()
    return answer.status
  }
  expect([await statusOf(result.variants[0]), await statusOf(url ?? '')]).toEqual([403, 200])
  await page.waitForFunction(() => document.querySelector<HTMLImageElement>('img[alt="public"]')?.naturalWidth)
  expect(await overhang(page)).toBe(0)
  expect(await hindrances(page)).toEqual([])
})

test('a direct upload, step by step, with the keyboard alone', async () => {
  const { page, call } = await visit('/images/direct_upload')
  await page.getByLabel('Id (optional)').focus()
  await page.keyboard.type('from/the keyboard')
  await page.keyboard.press('Tab')
  await page.keyboard.type('{"album": "summer"}')
  await page.keyboard.press('Enter')
  await block(page, 'What the API answered').waitFor()
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
  expect(await block(page, 'What the upload URL answered').textContent()).not.toContain('summer')
  expect(await hindrances(page)).toEqual([])
  const image = await call('GET', `/images/v1/${encodeURIComponent('from/the keyboard')}`)
  expect([image.result.filename, image.result.meta]).toEqual(['photo.png', { album: 'summer' }])
})
