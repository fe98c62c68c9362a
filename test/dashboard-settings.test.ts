import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { sampleImage } from '../scripts/sample-images.ts'
import { previewSize } from '../dashboard/src/pages/variants/preview-size.ts'
import { planFit } from '../src/pixels/fit.ts'
import { openBrowser } from './ground/browser.ts'
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
  await page.evaluate(axe.source)
  return page.evaluate(async () => {
    const { axe: checker } = globalThis as unknown as { axe: typeof axe }
    const { violations } = await checker.run()
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
  })
}

test('a variant is tried on an image, created, changed and deleted; public stays', async () => {
  const server = await start()
  const sample = await sampleImage('transparent')
  await server.upload(sample.bytes, 'sunrise.png')
  const page = await signedIn(server, '/variants')
  await page.getByText('every account has it').waitFor()
  await page.getByRole('button', { name: 'Add variant' }).click()
  await page.getByLabel('Name', { exact: true }).fill('a/b')
  await page.getByLabel('Fit').selectOption('cover')
  await page.getByLabel('Width').fill('200')
  await page.getByLabel('Height').fill('120')
  await page.getByText(`200 × 120 pixels, from ${sample.width} × ${sample.height}`).waitFor()
  await page.getByRole('button', { name: 'Create variant' }).click()
  await page.getByText('must not hold a slash').waitFor()
  await page.getByLabel('Name', { exact: true }).fill('tile')
  expect(await hindrances(page)).toEqual([])
  await page.getByRole('button', { name: 'Create variant' }).click()
  await page.getByRole('cell', { name: '200 × 120' }).waitFor()

  await page.getByRole('button', { name: 'Edit tile' }).click()
  await page.getByLabel('Width').fill('240')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('cell', { name: '240 × 120' }).waitFor()
  await page.getByRole('button', { name: 'Delete tile' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('cell', { name: 'tile' }).waitFor({ state: 'detached' })
  expect(Object.keys((await server.call('GET', '/images/v1/variants')).result.variants)).toEqual(['public'])
})

test('the preview is as large as what the server renders', () => {
  const sizes = [1, 99, 640, 1601].flatMap((width) => [1, 99, 640, 1601].map((height) => ({ width, height })))
  for (const fit of ['scale-down', 'contain', 'cover', 'crop', 'pad'] as const)
    for (const picture of sizes)
      for (const box of [{}, { width: 300 }, { height: 300 }, ...sizes]) {
        const { width, height } = planFit(picture, box, fit)
        expect([fit, picture, box, previewSize(picture, box, fit)]).toEqual([fit, picture, box, { width, height }])
      }
})

test('a signing key and an API token are made, shown and taken back, on a phone', async () => {
  const server = await start()
  const page = await signedIn(server, '/settings/keys', 390)
  await page.getByRole('button', { name: 'Create key' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('backend')
  await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click()
  await page.getByRole('button', { name: 'Show backend' }).click()
  const { keys } = (await server.call('GET', '/images/v1/keys')).result
  const value = keys.find(({ name }: { name: string }) => name === 'backend').value
  await page.getByText(value).waitFor()
  expect(await hindrances(page)).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  await page.getByRole('button', { name: 'Delete backend' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('button', { name: 'Delete backend' }).waitFor({ state: 'detached' })

  await page.goto(`${server.url}/settings/tokens`)
  await page.getByRole('button', { name: 'Create token' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('<b>backup</b>')
  await page.getByRole('radio', { name: 'Only reads' }).check({ force: true })
  await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click()
  const token = await page.getByLabel('API token', { exact: true }).textContent()
  const root = `${server.url}/client/v4/accounts/${testAccount.accountId}/images/v1/stats`
  const statusOf = async (): Promise<number> => {
    const answer = await fetch(root, { headers: { authorization: `Bearer ${token}` } })
    await answer.arrayBuffer()
    return answer.status
  }
  expect(await statusOf()).toBe(200)
  await page.getByRole('button', { name: 'I have kept it' }).click()
  expect(await page.getByText(token ?? '').count()).toBe(0)
  expect(await hindrances(page)).toEqual([])
  await page.getByRole('button', { name: 'Revoke <b>backup</b>' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await page.getByText('revoked', { exact: true }).waitFor()
  // Cloudflare answers 403 where a token is wrong.
  expect(await statusOf()).toBe(403)
})
