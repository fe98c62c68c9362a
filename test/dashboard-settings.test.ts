import { expect, test } from 'vitest'
import { sampleImage } from '../scripts/sample-images.ts'
import { previewSize } from '../dashboard/src/pages/variants/preview-size.ts'
import { planFit } from '../src/pixels/fit.ts'
import { block, dashboardGround, hindrances, overhang } from './ground/dashboard.ts'

const { visit } = dashboardGround()

test('a variant is tried on an image, created, changed and deleted; public stays', async () => {
  const { page, upload, call, goTo } = await visit('/variants')
  const sample = await sampleImage('transparent')
  await upload(sample.bytes, 'sunrise.png')
  await goTo('/variants')
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
  expect(Object.keys((await call('GET', '/images/v1/variants')).result.variants)).toEqual(['public'])
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
  const { page, call, url, account, goTo } = await visit('/settings/keys', { width: 375 })
  await page.getByRole('button', { name: 'Create key' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('backend')
  await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click()
  await page.getByRole('button', { name: 'Show backend' }).click()
  const { keys } = (await call('GET', '/images/v1/keys')).result
  const value = keys.find(({ name }: { name: string }) => name === 'backend').value
  await page.getByText(value).waitFor()
  expect(await hindrances(page)).toEqual([])
  expect(await overhang(page)).toBe(0)
  await page.getByRole('button', { name: 'Delete backend' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('button', { name: 'Delete backend' }).waitFor({ state: 'detached' })

  await goTo('/settings/tokens')
  await page.getByRole('button', { name: 'Create token' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('<b>backup</b>')
  await page.getByRole('radio', { name: 'Only reads' }).check({ force: true })
  await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click()
  const token = await block(page, 'API token').textContent()
  const root = `${url}/client/v4/accounts/${account.accountId}/images/v1/stats`
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
