import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { openBrowser } from './ground/browser.ts'
import { startServer, testAccount } from './ground/server.ts'

const start = () => startServer({ listen: true })

test('the page and its files come from the server alone, and all of a first load is under 200 KB', async () => {
  const { url } = await start()
  const answer = await fetch(`${url}/settings/webhooks`)
  const html = await answer.text()
  expect(answer.headers.get('content-security-policy')).toContain("script-src 'self'")
  const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path)
  expect(files.length).toBeGreaterThan(1)
  let sizeBytes = gzipSync(html).length
  for (const path of files) {
    expect(path).toMatch(/^\//)
    const file = await fetch(`${url}${path}`)
    expect([path, file.status]).toEqual([path, 200])
    sizeBytes += gzipSync(new Uint8Array(await file.arrayBuffer())).length
  }
  expect(sizeBytes).toBeLessThan(200_000)
  expect((await fetch(`${url}/assets/..%2Findex.html`)).status).toBe(404)
})

test('signing in: by a token, a wrong one says why, by a link once, and out again', async () => {
  const { url, server } = await start()
  const page = await (await openBrowser()).newPage()
  await page.goto(url)
  await page.getByLabel('API token').fill('ih_wrong')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('no live API token').waitFor()
  await page.getByLabel('API token').fill(testAccount.apiToken)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByLabel('API token').waitFor()

  const link = `${url}/#code=${server.sessions.createCode(testAccount.apiToken)}`
  await page.goto('about:blank')
  await page.goto(link)
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  expect(page.url()).not.toContain('code')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByLabel('API token').waitFor()
  await page.goto('about:blank')
  await page.goto(link)
  await page.getByText('used already').waitFor()
})
