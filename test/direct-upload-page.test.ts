import { expect, onTestFinished, test } from 'vitest'
import { startBackend } from '../examples/direct-upload/backend.ts'
import { sampleImage } from '../scripts/sample-images.ts'
import { openBrowser } from './ground/browser.ts'
import { startServer, testAccount } from './ground/server.ts'

test('a browser uploads from another origin, and the backend hears of it by webhook', async () => {
  const { url } = await startServer({ listen: true })
  const backend = await startBackend({ url, ...testAccount }, 0)
  onTestFinished(() => {
    backend.server.closeAllConnections()
    backend.server.close()
  })
  const page = await (await openBrowser()).newPage()
  await page.goto(backend.url)

  const { bytes, filename, mime } = await sampleImage('photo')
  await page.getByLabel('Photo').setInputFiles({ name: filename, mimeType: mime, buffer: Buffer.from(bytes) })
  await page.getByText('The backend heard: image.uploaded, of ada').waitFor()
  expect(await page.locator('li').allTextContents()).toEqual([
    expect.stringMatching(/^The backend made a draft: [0-9a-f-]{36}$/),
    'The file was stored.',
    'The backend heard: image.uploaded, of ada',
  ])
  const shown = page.getByAltText('The uploaded photo')
  await expect.poll(() => shown.evaluate((image) => Reflect.get(image, 'naturalWidth'))).toBeGreaterThan(0)

  await page.reload()
  await page
    .getByLabel('Photo')
    .setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: Buffer.from('no image') })
  await page.getByText('The backend heard: image.upload_failed').waitFor()
  expect(await page.locator('li').nth(1).textContent()).toMatch(/^The file was refused: .*not an image/)
})

test('a browser that asks first is let in, headers of its own and all', async () => {
  const { url, call } = await startServer({ listen: true })
  const backend = await startBackend({ url, ...testAccount }, 0)
  onTestFinished(() => {
    backend.server.closeAllConnections()
    backend.server.close()
  })
  const { uploadURL } = (await call('POST', '/images/v2/direct_upload', {})).result
  const page = await (await openBrowser()).newPage()
  await page.goto(backend.url)
  const answered = await page.evaluate(async (address) => {
    const form = new FormData()
    form.append('file', new File(['no image'], 'a.png'))
    const response = await fetch(address, { method: 'POST', body: form, headers: { 'x-requested-with': 'page' } })
    return [response.status, (await response.json()).errors[0].code]
  }, uploadURL)
  expect(answered).toEqual([415, 5455])
})
