import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { sampleImage } from '../scripts/sample-images.ts'
import { picturesOf, type Picture } from '../scripts/screens/pictures.ts'
import { block, dashboardGround, hindrances, overhang } from './ground/dashboard.ts'
import { answer } from './ground/reactions.ts'
import { startReceiver, testReceiver, type Receiver } from './ground/receiver.ts'
import { testAccount } from './ground/server.ts'

const { server, newPage, newAccount, signIn } = dashboardGround({ config: { inbox: { secret: 'the-secret' } } })

/** Something of everything, on the account that is there from the start. */
const furnish = async (receiver: Receiver) => {
  const { call, upload, url } = server()
  const webhooks = '/images/v1/webhooks'
  const failing = await call('POST', webhooks, { url: `${receiver.url}/gone`, name: 'Old importer' })
  const drawing = (await sampleImage('drawing')).bytes
  const image = await upload(drawing, 'logo.svg', { requireSignedURLs: 'true', creator: 'ann' })
  await call('POST', webhooks, { url: `${url}/inbox/receive`, secret: 'the-secret', name: 'inbox' })
  const shop = await call('POST', webhooks, { url: `${receiver.url}/shop`, name: 'Shop', headers: { 'x-team': 'a' } })
  await upload(drawing, 'second.svg')
  await call('POST', '/images/v1/variants', { id: 'hero', options: { fit: 'cover', width: 300, height: 100 } })
  const tried = await call('POST', `${webhooks}/${shop.result.id}/test`)
  return {
    endpoint: shop.result.id,
    failing: failing.result.id,
    delivery: tried.result.delivery_id,
    image: image.result.id,
  }
}

let receiver: Receiver
let pictures: readonly Picture[]
let fresh: string
beforeAll(async () => {
  receiver = await startReceiver({
    respond: (request) => (request.path === '/gone' ? answer(410, 'gone') : answer(200, 'thanks')),
  })
  pictures = picturesOf({ ids: await furnish(receiver) })
  fresh = (await newAccount()).apiToken
})
afterAll(() => receiver.close())

/** Notes how far what was drawn has moved without anybody having touched the page. */
const watchShifts = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    const shifts: string[] = []
    Object.assign(globalThis, { shifts })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        if ('value' in entry && 'hadRecentInput' in entry && entry.hadRecentInput === false)
          shifts.push(`${String(entry.value)} at ${Math.round(entry.startTime)} ms`)
    }).observe({ type: 'layout-shift', buffered: true })
  })

const shiftsOf = (page: Page): Promise<string[]> =>
  page.evaluate(() => (globalThis as unknown as { shifts: string[] }).shifts)

const open = async (picture: Picture): Promise<Page> => {
  const page = await newPage()
  await watchShifts(page)
  if (picture.who !== 'nobody') await signIn(page, picture.who === 'fresh' ? fresh : testAccount.apiToken)
  await page.goto(server().url + picture.path)
  await page.getByRole('heading', { level: 1 }).waitFor()
  return page
}

/** Until what it asked for is there: nothing is waited for, and every picture came. */
const settled = (page: Page): Promise<unknown> =>
  page.waitForFunction(
    () =>
      !document.querySelector('[role="status"] > i, main:empty') &&
      [...document.images].every((image) => image.complete || image.loading === 'lazy'),
  )

const names = picturesOf({ ids: { endpoint: '', failing: '', delivery: '', image: '' } }).map(({ name }) => name)

test.each(names)(
  '%s: nothing hinders, light or dark; nothing moves by itself; a phone is wide enough',
  async (name) => {
    const picture = pictures.find((one) => one.name === name)
    if (!picture) throw new Error('There is no such picture.')
    const page = await open(picture)
    await settled(page)
    expect(await shiftsOf(page)).toEqual([])
    await picture.act?.(page)
    await settled(page)
    expect(await hindrances(page)).toEqual([])
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await hindrances(page, 'colours')).toEqual([])
    await page.setViewportSize({ width: 375, height: 740 })
    await expect.poll(() => overhang(page)).toBe(0)
  },
)

test('on a phone the menu leads everywhere', async () => {
  const page = await newPage({ width: 375 })
  await signIn(page, testAccount.apiToken)
  await page.goto(server().url)
  await page.getByRole('heading', { level: 1 }).waitFor()
  for (const name of ['Images', 'Variants', 'Deliveries', 'Inbox', 'Webhooks', 'Signing keys', 'API tokens']) {
    const menu = page.getByRole('button', { name: 'Menu' })
    await menu.click()
    expect(await hindrances(page)).toEqual([])
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name, exact: true }).click()
    await page.getByRole('heading', { level: 1, name }).waitFor()
    expect(await menu.getAttribute('aria-expanded')).toBe('false')
  }
})

/** What changes something, page by page. */
const changing: readonly (readonly [name: string, ...buttons: string[]])[] = [
  ['images', 'Upload images'],
  ['image', 'Delete…', 'Save'],
  ['direct-upload', 'Make an upload URL'],
  ['variants', 'Add variant', 'Edit hero', 'Delete hero'],
  ['delivery', 'Replay'],
  ['webhooks', 'Add webhook', 'Test Shop'],
  ['webhook', 'Pause', 'Replay…', 'Test', 'Edit…', 'Rotate secret…', 'Delete…'],
  ['keys', 'Create key'],
  ['tokens', 'Create token'],
]

test('who may only read finds every button that changes something at rest, and why', async () => {
  const { result: token } = await server().call('POST', '/tokens', { name: 'viewer', permission: 'Images Read' })
  const page = await newPage()
  await signIn(page, token.value)
  for (const [name, ...buttons] of changing) {
    const picture = pictures.find((one) => one.name === name)
    await page.goto(server().url + (picture?.path ?? `/${name}`))
    for (const button of buttons) {
      const resting = page.getByRole('main').getByRole('button', { name: button, exact: true }).first()
      await resting.waitFor()
      expect([button, await resting.isDisabled(), await resting.getAttribute('title')]).toEqual([
        button,
        true,
        'The token you signed in with may only read.',
      ])
    }
  }
  expect(await hindrances(page)).toEqual([])
  await page.goto(`${server().url}/images`)
  await page.getByText(/^\d+ images?\.$/).waitFor()
})

/** Presses Tab until the keyboard has come to it. */
const tabTo = async (page: Page, target: Locator): Promise<void> => {
  await target.waitFor()
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab')
    if (await target.evaluate((element) => element === document.activeElement)) return
  }
  throw new Error('The keyboard does not come there.')
}

const press = async (page: Page, role: 'link' | 'button', name: string): Promise<void> => {
  await tabTo(page, page.getByRole(role, { name, exact: true }).first())
  await page.keyboard.press('Enter')
}

test('the guide’s path by the keyboard alone: sign in, add a webhook, keep its secret, send a Test', async () => {
  const own = await testReceiver({ respond: () => answer(200, 'thanks') })
  const account = await newAccount()
  const page = await newPage()
  onTestFinished(() => page.context().close())
  await page.goto(server().url)
  await tabTo(page, page.getByLabel('API token'))
  await page.keyboard.type(account.apiToken)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  await press(page, 'link', 'Skip to the content')
  await page.keyboard.press('Shift+Tab')
  await press(page, 'link', 'Webhooks')
  await page.getByRole('heading', { name: 'Webhooks' }).waitFor()
  await press(page, 'button', 'Add webhook')
  await page.getByRole('dialog').waitFor()
  await tabTo(page, page.getByRole('dialog').getByLabel('URL'))
  await page.keyboard.type(own.url)
  await page.keyboard.press('Enter')
  expect(await block(page.getByRole('dialog'), 'Signing secret').textContent()).toMatch(/^whsec_/)
  await press(page, 'button', 'I have kept it, send a Test')
  await press(page, 'button', 'Send Test')
  await page.getByText('The receiver took it').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  expect((await own.next()).headers['webhook-test']).toBe('true')
})
