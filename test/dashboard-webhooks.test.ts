import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { sampleImage } from '../scripts/sample-images.ts'
import { openBrowser } from './ground/browser.ts'
import { answer, hang } from './ground/reactions.ts'
import { testReceiver } from './ground/receiver.ts'
import { startServer, testAccount, type TestServer } from './ground/server.ts'

const signedIn = async (server: TestServer, width = 1280): Promise<Page> => {
  const browser = await openBrowser()
  const page = await browser.newPage({ viewport: { width, height: 800 } })
  await page.goto(`${server.url}/#code=${server.server.sessions.createCode(testAccount.apiToken)}`)
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  return page
}

const start = () => startServer({ listen: true })

const addWebhook = async (page: Page, url: string): Promise<void> => {
  await page.getByRole('link', { name: 'Webhooks' }).click()
  await page.getByRole('button', { name: 'Add webhook' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('URL').fill(url)
  await dialog.getByText('Name and limits').click()
  await dialog.getByLabel('Seconds an attempt may take').fill('1')
  await dialog.getByRole('button', { name: 'Add webhook' }).click()
  await page.getByRole('heading', { name: 'The signing secret' }).waitFor()
}

test('the guide’s path: add a URL, keep the secret, and Test what answers well, badly, never, or is not there', async () => {
  const server = await start()
  const receiver = await testReceiver({ respond: () => answer(200, 'thanks') })
  const page = await signedIn(server)
  await addWebhook(page, receiver.url)
  expect(await page.getByLabel('Signing secret', { exact: true }).textContent()).toMatch(/^whsec_/)
  await page.getByRole('button', { name: 'I have kept it' }).click()

  await page.getByRole('button', { name: 'Test', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Send Test' }).click()
  await dialog.getByText('The receiver took it').waitFor()
  expect(await dialog.getByLabel('Body of the answer').textContent()).toBe('thanks')
  await dialog.getByRole('button', { name: /every header/ }).click()
  await dialog.getByLabel('Headers that were sent').waitFor()
  expect(await dialog.getByLabel('Headers that were sent').textContent()).toContain('webhook-test: true')

  const again = dialog.getByRole('button', { name: 'Send again' })
  const cases = [
    [answer(401, 'Invalid signature'), 'refused the signature'],
    [answer(500, '<img src=x onerror=alert(1)>'), 'failed while it handled'],
    [hang(), 'No answer came'],
  ] as const
  for (const [reaction, words] of cases) {
    receiver.respondWith(reaction)
    await again.click()
    await dialog.getByText(words).waitFor()
  }
  expect(await page.locator('img[src="x"]').count()).toBe(0)
  await receiver.close()
  await again.click()
  await dialog.getByText(/No answer came\. .*refused/).waitFor()
})

test('what the server refuses is said at the field, in its own words', async () => {
  const server = await start()
  const page = await signedIn(server)
  await page.goto(`${server.url}/settings/webhooks`)
  await page.getByText('Nobody is told of your uploads yet.').waitFor()
  await page.getByRole('button', { name: 'Add webhook' }).first().click()
  const url = page.getByRole('dialog').getByLabel('URL')
  await url.fill('ftp://example.com')
  await page.getByText('A webhook URL begins with https://').waitFor()
  await url.fill('https://10.0.0.1/hooks')
  await page.getByRole('dialog').getByRole('button', { name: 'Add webhook' }).click()
  await page.locator('[aria-invalid="true"]').waitFor()
  expect((await server.call('GET', '/images/v1/webhooks')).result.webhooks).toEqual([])
})

test('an upload’s delivery appears by itself, a dead one is replayed, and its story is told', async () => {
  const server = await start()
  const receiver = await testReceiver({ respond: () => answer(410, 'gone') })
  const { result: endpoint } = await server.call('PUT', '/images/v1/webhooks', { url: receiver.url, name: 'Shop' })
  const page = await signedIn(server)
  await page.goto(`${server.url}/settings/webhooks/${endpoint.id}`)
  await page.getByText('Nothing was sent yet.').waitFor()
  await server.upload((await sampleImage('drawing')).bytes, '<b>drawing.svg')
  await page.getByRole('link', { name: 'image.uploaded' }).waitFor()
  await page.getByText('suspended').first().waitFor()

  receiver.respondWith(answer(200, 'taken'))
  await page.getByRole('button', { name: 'Resume' }).click()
  await page.getByRole('button', { name: 'Pause' }).waitFor()
  await page.getByRole('link', { name: 'image.uploaded' }).click()
  await page.getByRole('heading', { name: 'image.uploaded' }).waitFor()
  await page.getByText('410').first().waitFor()
  await page.getByRole('button', { name: 'Replay' }).click()
  await page.getByText('succeeded', { exact: true }).waitFor()
  await page.getByText('Attempts (2)').waitFor()
  await page.locator('summary', { hasText: '200' }).click()
  expect(await page.getByLabel('What came back to attempt 2').textContent()).toContain('taken')
  expect(await page.getByLabel('Body of the webhook').textContent()).toContain('<b>drawing.svg')
})

test('a secret is rotated with its overlap, by the keyboard alone', async () => {
  const server = await start()
  const receiver = await testReceiver()
  const { result: endpoint } = await server.call('PUT', '/images/v1/webhooks', {
    url: receiver.url,
    secret: 'the-old-one',
  })
  const page = await signedIn(server)
  await page.goto(`${server.url}/settings/webhooks/${endpoint.id}`)
  const rotate = page.getByRole('button', { name: 'Rotate secret…' })
  await rotate.focus()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').getByLabel('Overlap').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  expect(await rotate.evaluate((element) => element === document.activeElement)).toBe(true)
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('New secret (optional)').focus()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByLabel('Signing secret', { exact: true }).waitFor()
  const secret = await page.getByLabel('Signing secret', { exact: true }).textContent()
  await server.call('POST', `/images/v1/webhooks/${endpoint.id}/test`)
  const { headers } = await receiver.next()
  expect(secret).toMatch(/^whsec_/)
  expect(String(headers['webhook-signature']).split(' ')).toHaveLength(2)
})

test('on a phone nothing is wider than the screen', async () => {
  const server = await start()
  const receiver = await testReceiver()
  const { result: endpoint } = await server.call('PUT', '/images/v1/webhooks', { url: receiver.url, name: 'Shop' })
  const page = await signedIn(server, 360)
  for (const path of ['/', '/settings/webhooks', `/settings/webhooks/${endpoint.id}`]) {
    await page.goto(`${server.url}${path}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    expect([path, await page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([path, 360])
  }
})
