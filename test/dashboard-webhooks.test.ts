import type { Locator, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { sampleImage } from '../scripts/sample-images.ts'
import { block, dashboardGround } from './ground/dashboard.ts'
import { answer, hang } from './ground/reactions.ts'
import { testReceiver } from './ground/receiver.ts'

const { visit } = dashboardGround()

const webhooks = '/images/v1/webhooks'

const photo = async (): Promise<Uint8Array> => (await sampleImage('drawing')).bytes

/** By the words of the guide: Images → Settings → Webhooks, and there a URL. */
const addWebhook = async (page: Page, url: string): Promise<Locator> => {
  await page.getByRole('link', { name: 'Images', exact: true }).click()
  await page.getByRole('heading', { name: 'Images', level: 1 }).waitFor()
  await page.getByRole('main').getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('main').getByRole('link', { name: 'Webhooks' }).click()
  await page.getByRole('button', { name: 'Add webhook' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('URL').fill(url)
  await dialog.getByText('Name, headers and limits').click()
  await dialog.getByLabel('Seconds an attempt may take').fill('1')
  await dialog.getByRole('button', { name: 'Add webhook' }).click()
  await page.getByRole('heading', { name: 'The webhook is added' }).waitFor()
  return dialog
}

test('the guide’s path: add a URL, keep the secret, and Test what answers well, badly, never, or is not there', async () => {
  const receiver = await testReceiver({ respond: () => answer(200, 'thanks', { 'x-answered-by': '<b>receiver</b>' }) })
  const { page } = await visit('/')
  const dialog = await addWebhook(page, receiver.url)
  expect(await block(dialog, 'Signing secret').textContent()).toMatch(/^whsec_/)
  // What is shown once does not go by a key that is pressed in passing.
  await page.keyboard.press('Escape')
  await dialog.getByRole('button', { name: 'I have kept it, send a Test' }).click()

  await dialog.getByRole('button', { name: 'Send Test' }).click()
  await dialog.getByText('The receiver took it').waitFor()
  await dialog.getByText('Status 200').waitFor()
  expect(await block(dialog, 'Body of the answer').textContent()).toBe('thanks')
  await dialog.getByText('x-answered-by: <b>receiver</b>').waitFor()
  await dialog.getByText('What was sent').click()
  expect(await block(dialog, 'Headers that were sent').textContent()).toContain('webhook-test: true')
  expect(await block(dialog, 'Body that was sent').textContent()).toContain('test_image_id')

  const again = dialog.getByRole('button', { name: 'Send again' })
  const cases = [
    [answer(401, 'Invalid signature'), 'refused the signature'],
    [answer(500, '<img src=x onerror=alert(1)>'), 'failed while it handled'],
    [hang(), 'No answer came in time.'],
  ] as const
  for (const [reaction, words] of cases) {
    receiver.respondWith(reaction)
    await again.click()
    await dialog.getByText(words).waitFor()
  }
  expect(await page.locator('img[src="x"]').count()).toBe(0)
  await receiver.close()
  await again.click()
  await dialog.getByText(/connection .*refused|refused .*connection/i).waitFor()
})

test('what is typed is judged by the server while it is typed, in its own words, and nothing is stored', async () => {
  const { page, call } = await visit('/settings/webhooks')
  await page.getByText('Nobody is told of your uploads yet.').waitFor()
  await page.getByRole('button', { name: 'Add webhook' }).first().click()
  const dialog = page.getByRole('dialog')
  const url = dialog.getByLabel('URL')
  const wrong = [
    { url: 'ftp://example.com' },
    { url: 'https://user:secret@example.com/hooks' },
    { url: 'https://10.0.0.1/hooks' },
  ]
  for (const wish of wrong) {
    await url.fill(wish.url)
    const refused = await call('POST', webhooks, wish)
    await dialog.getByText(refused.errors[0]?.message ?? '').waitFor()
    expect(await dialog.getByRole('button', { name: 'Add webhook' }).isDisabled()).toBe(true)
  }
  await url.fill('https://app.example.com/hooks')
  await dialog.locator('[aria-invalid="true"]').waitFor({ state: 'detached' })
  await dialog.getByLabel('image.uploaded').uncheck()
  await dialog.getByText('events must name at least one').waitFor()
  await dialog.getByLabel('image.deleted').check()
  await dialog.getByText('Name, headers and limits').click()
  await dialog.getByLabel('Headers').fill('x-team: pictures\nhost: elsewhere')
  await dialog.getByText('headers must not set host').waitFor()
  await dialog.getByLabel('Headers').fill('x-team: pictures')
  await dialog.getByLabel('Attempts at once').fill('65')
  await dialog.locator('[aria-invalid="true"]').waitFor()
  expect((await call('GET', webhooks)).result.webhooks).toEqual([])

  await dialog.getByLabel('Attempts at once').fill('3')
  await dialog.locator('[aria-invalid="true"]').waitFor({ state: 'detached' })
  await dialog.getByRole('button', { name: 'Add webhook' }).click()
  await page.getByRole('button', { name: 'I have kept it', exact: true }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  const [added] = (await call('GET', webhooks)).result.webhooks
  expect(added).toMatchObject({ events: ['image.deleted'], max_concurrency: 3 })
  expect(Object.keys(added.headers)).toEqual(['x-team'])
})

test('an upload’s delivery appears by itself, a dead one is replayed, and its story is told', async () => {
  const { page, call, upload, goTo } = await visit('/settings/webhooks')
  const receiver = await testReceiver({ respond: () => answer(410, 'gone') })
  const { result: endpoint } = await call('PUT', webhooks, { url: receiver.url, name: 'Shop' })
  await goTo(`/settings/webhooks/${endpoint.id}`)
  await page.getByText('Nothing was sent yet.').waitFor()
  await upload(await photo(), '<b>drawing.svg')
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
  expect(await block(page, 'What came back to attempt 2').textContent()).toContain('taken')
  expect(await block(page, 'Body of the webhook').textContent()).toContain('<b>drawing.svg')
})

test('many dead ones are counted, replayed, and followed to the end; what was missed too', async () => {
  const { page, call, upload, goTo } = await visit('/settings/webhooks')
  const receiver = await testReceiver({ respond: () => answer(410, 'gone') })
  const { result: endpoint } = await call('POST', webhooks, { url: receiver.url })
  await upload(await photo(), 'first.svg')
  await goTo('/deliveries?state=dead')
  await page.getByRole('link', { name: 'image.uploaded' }).click()
  await page.getByRole('heading', { name: 'image.uploaded' }).waitFor()
  receiver.respondWith(answer(200, 'taken'))
  await call('PATCH', `${webhooks}/${endpoint.id}`, { active: true })
  await goTo(`/settings/webhooks/${endpoint.id}`)
  const dialog = page.getByRole('dialog')
  await page.getByRole('button', { name: 'Replay…' }).click()
  await dialog.getByText('1 of 1 looked at would be sent.').waitFor()
  await dialog.getByRole('button', { name: 'Replay 1' }).click()
  const replays = page.getByRole('region', { name: 'Replays' }).last()
  await replays.getByRole('row', { name: /finished Dead ones .* 1 of 1/ }).waitFor()
  await page.getByRole('row', { name: /succeeded image\.uploaded/ }).waitFor()

  // Added later, so that it has missed the upload.
  const { result: late } = await call('POST', webhooks, { url: receiver.url })
  await goTo(`/settings/webhooks/${late.id}`)
  await page.getByRole('button', { name: 'Replay…' }).click()
  await page.getByRole('radio', { name: 'What it missed' }).check({ force: true })
  await dialog.getByRole('button', { name: 'Replay 1' }).click()
  await page.getByRole('row', { name: /succeeded image\.uploaded/ }).waitFor()
  expect(receiver.received.map(({ headers }) => headers['webhook-attempt'])).toEqual(['1', '2', '1'])
})

test('a secret is rotated with its overlap, by the keyboard alone', async () => {
  const { page, call, goTo } = await visit('/settings/webhooks')
  const receiver = await testReceiver()
  const { result: endpoint } = await call('PUT', webhooks, { url: receiver.url, secret: 'the-old-one' })
  await goTo(`/settings/webhooks/${endpoint.id}`)
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
  await block(page, 'Signing secret').waitFor()
  const secret = await block(page, 'Signing secret').textContent()
  await call('POST', `${webhooks}/${endpoint.id}/test`)
  const { headers } = await receiver.next()
  expect(secret).toMatch(/^whsec_/)
  expect(String(headers['webhook-signature']).split(' ')).toHaveLength(2)
})

test('a webhook is paused, changed and deleted, after it was asked', async () => {
  const { page, call, goTo } = await visit('/settings/webhooks')
  const receiver = await testReceiver()
  const { result: endpoint } = await call('POST', webhooks, {
    url: receiver.url,
    name: 'Shop',
    headers: { 'x-a': '1' },
  })
  await goTo('/settings/webhooks')
  await page.getByRole('link', { name: 'Shop' }).click()
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByText('paused', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Edit…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Name, headers and limits').click()
  await dialog.getByLabel('Name').fill('Warehouse')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { name: 'Warehouse' }).waitFor()
  // Headers that nobody typed anew stay, values and all.
  expect((await call('GET', `${webhooks}/${endpoint.id}`)).result).toMatchObject({ name: 'Warehouse', active: false })
  expect((await call('POST', `${webhooks}/${endpoint.id}/test`)).result.success).toBe(true)
  expect((await receiver.next()).headers['x-a']).toBe('1')

  await page.getByRole('button', { name: 'Delete…' }).click()
  await dialog.getByRole('button', { name: 'Keep it' }).click()
  await page.getByRole('button', { name: 'Delete…' }).click()
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await page.getByText('Nobody is told of your uploads yet.').waitFor()
  expect((await call('GET', webhooks)).result.webhooks).toEqual([])
})

test('deliveries are filtered by state, event and time, and the address keeps the filter', async () => {
  const { page, call, upload, goTo } = await visit('/deliveries')
  await page.getByText('Nothing was sent yet.').waitFor()
  const receiver = await testReceiver()
  await call('POST', webhooks, { url: receiver.url, name: 'Shop', events: ['image.uploaded', 'image.deleted'] })
  const { result } = await upload(await photo(), 'drawing.svg')
  await call('DELETE', `/images/v1/${result.id}`)
  const rows = page.getByRole('region', { name: 'Deliveries, newest first' }).getByRole('row')
  await rows.filter({ hasText: 'image.deleted' }).filter({ hasText: 'Shop' }).waitFor()
  await page.getByLabel('Event').selectOption('image.uploaded')
  await rows.filter({ hasText: 'image.deleted' }).waitFor({ state: 'detached' })
  expect(await rows.count()).toBe(2)
  await page.getByLabel('Time').selectOption('Last hour')
  await page.getByRole('radio', { name: 'Dead' }).check({ force: true })
  await page.getByText('Nothing fits these filters.').waitFor()
  expect(new URL(page.url()).search).toBe('?state=dead&event=image.uploaded&span=3600000')
  await page.reload()
  await page.getByText('Nothing fits these filters.').waitFor()
  await page.getByRole('button', { name: 'Show all deliveries' }).click()
  await rows.filter({ hasText: 'image.deleted' }).waitFor()
  await goTo('/')
  await page.getByRole('row', { name: /image\.deleted/ }).click()
  await page.getByRole('heading', { name: 'image.deleted' }).waitFor()
})

test('a delivery is copied as a curl command that the receiver takes, and as a test', async () => {
  const { page, call, upload, goTo } = await visit('/deliveries')
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  const receiver = await testReceiver({ respond: () => answer(410, '') })
  await call('POST', webhooks, { url: receiver.url, secret: 'the-secret' })
  await upload(await photo(), "it's.svg")
  await goTo('/deliveries?state=dead')
  await page.getByRole('link', { name: 'image.uploaded' }).click()
  const clipboard = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText())
  await page.getByRole('button', { name: 'Copy as signed curl' }).click()
  await page.getByText('good for five minutes').waitFor()
  const command = await clipboard()
  await page.getByRole('button', { name: 'Copy as test' }).click()
  await page.getByText('good for five minutes').nth(1).waitFor()
  expect(await clipboard()).toContain('await handler.fetch(request')
  expect(command).toMatch(/^curl 'http/)
  expect(command).toContain(`'\\''s.svg`)
})

describe('where no worker runs', () => {
  const ground = dashboardGround({ config: { roles: new Set(['api'] as const) } })

  test('a replay shows how far it is, and is canceled', async () => {
    const { page, call, goTo } = await ground.visit('/settings/webhooks')
    const { result: endpoint } = await call('POST', webhooks, { url: 'http://127.0.0.1:9/' })
    const { result: replay } = await call('POST', `${webhooks}/${endpoint.id}/replay`, {
      since: '2026-01-01T00:00:00Z',
      missing: true,
    })
    await goTo(`/settings/webhooks/${endpoint.id}`)
    await page.getByRole('row', { name: /running What it missed .* 0%/ }).waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('row', { name: /canceled What it missed/ }).waitFor()
    expect((await call('GET', `${webhooks}/replays/${replay.id}`)).result.state).toBe('canceled')
  })
})
