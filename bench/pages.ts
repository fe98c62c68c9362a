/**
 * How fast the dashboard's pages and the calls behind them are with 100,000 images and 1,000,000 deliveries in the store;
 * each has to be there within a second. `npm run bench:pages`, about two minutes; SQLite, and a real Chromium.
 */
import Table from 'cli-table3'
import type { Page } from 'playwright-core'
import { launchChromium } from '../test/ground/chromium.ts'
import { benchAccount } from './backlog.ts'
import { median } from './figures.ts'
import { deliveryCount, imageCount, openLargeAccount, type LargeAccount } from './large-account.ts'

const limitMs = 1000
const rounds = 5

const callsOf = ({ endpointId, deliveryId }: LargeAccount, token: string): Readonly<Record<string, string>> => ({
  'overview: statistics': '/images/v1/webhooks/stats?window=30d',
  'overview: deliveries': '/images/v1/webhooks/deliveries?per_page=50',
  'images: first page': '/images/v2?per_page=100',
  'images: middle page': `/images/v2?per_page=100&continuation_token=${token}`,
  'images: by metadata': '/images/v2?per_page=100&meta.album%5Beq%5D=winter',
  'image: detail': '/images/v1/image-050000',
  'image: its deliveries': '/images/v1/webhooks/deliveries?per_page=50&image_id=image-050000',
  'image: its events': '/images/v1/webhooks/events?limit=50&after=&image_id=image-050000',
  'webhooks: list': '/images/v1/webhooks',
  'webhook: statistics': `/images/v1/webhooks/${endpointId}/stats?window=30d`,
  'webhook: deliveries': `/images/v1/webhooks/${endpointId}/deliveries?per_page=50`,
  'webhook: dead ones': `/images/v1/webhooks/${endpointId}/deliveries?per_page=50&state=dead`,
  'webhook: none of these': `/images/v1/webhooks/${endpointId}/deliveries?per_page=50&state=canceled`,
  'delivery: detail': `/images/v1/webhooks/deliveries/${deliveryId}`,
  variants: '/images/v1/variants',
  'signing keys': '/images/v1/keys',
  'API tokens': '/tokens',
})

/** How many there have to be on the page: what is measured is an answer, not that there is none. */
const expected: Readonly<Record<string, number>> = {
  'overview: deliveries': 50,
  'images: first page': 100,
  'images: middle page': 100,
  'images: by metadata': 100,
  // All of one image, however old they are.
  'image: its deliveries': deliveryCount / imageCount,
  'image: its events': deliveryCount / imageCount,
  'webhook: deliveries': 50,
  'webhook: none of these': 0,
}

const timeCall = async (account: LargeAccount, name: string, path: string): Promise<number> => {
  const { ms, status, errors, result } = await account.ask(path)
  if (status !== 200) throw new Error(`${name}: ${status} ${JSON.stringify(errors)}`)
  const count = (result.deliveries ?? result.images ?? result.events)?.length
  if (expected[name] !== undefined && count !== expected[name])
    throw new Error(`${name}: ${count} instead of ${expected[name]}`)
  return ms
}

type Shown = { readonly path: string; readonly until: (page: Page) => Promise<unknown> }

const text = (words: string | RegExp) => (page: Page) => page.getByText(words).first().waitFor()
const row = (words: string | RegExp) => (page: Page) => page.getByRole('row', { name: words }).first().waitFor()

/** Each page, and what tells that all of it is there. */
const pagesOf = ({ endpointId, imageId, deliveryId }: LargeAccount): Readonly<Record<string, Shown>> => ({
  overview: {
    path: '/',
    until: (page) => Promise.all([row('image.uploaded')(page), page.locator('canvas').nth(3).waitFor()]),
  },
  images: { path: '/images', until: (page) => Promise.all([text('100,001 images')(page), text('photo.jpg')(page)]) },
  'images by metadata': { path: '/images?by=meta&field=album&for=winter', until: text('photo.jpg') },
  image: { path: `/images/${imageId}`, until: row('image.uploaded') },
  deliveries: { path: '/deliveries', until: row('image.uploaded') },
  'dead deliveries': { path: '/deliveries?state=dead', until: row('dead image.uploaded') },
  delivery: { path: `/deliveries/${deliveryId}`, until: text('What happened') },
  webhooks: { path: '/settings/webhooks', until: row('https://example.com/hooks') },
  webhook: { path: `/settings/webhooks/${endpointId}`, until: row('image.uploaded') },
  variants: { path: '/variants', until: row('public') },
  'signing keys': { path: '/settings/keys', until: text('default') },
  'API tokens': { path: '/settings/tokens', until: row('active') },
})

/** From asking for the page's address to all of it being there, the files from the browser's cache. */
const timePage = async (page: Page, url: string, { path, until }: Shown): Promise<number> => {
  const startedMs = performance.now()
  await page.goto(url + path, { waitUntil: 'commit' })
  await until(page)
  return performance.now() - startedMs
}

type Row = { readonly name: string; readonly times: readonly number[] }

const print = (head: string, rows: readonly Row[]): void => {
  const table = new Table({
    head: [head, 'median', 'slowest', 'limit', ''],
    colAligns: ['left', 'right', 'right', 'right', 'left'],
  })
  for (const { name, times } of rows) {
    const slowest = Math.max(...times)
    const verdict = slowest <= limitMs ? 'ok' : 'MISSED'
    table.push([name, `${median([...times]).toFixed(1)} ms`, `${slowest.toFixed(1)} ms`, `${limitMs} ms`, verdict])
  }
  console.log(table.toString())
}

const repeated = async (time: () => Promise<number>): Promise<number[]> => {
  const times: number[] = []
  for (let round = 0; round < rounds; round++) times.push(await time())
  return times
}

const timeCalls = async (account: LargeAccount): Promise<readonly Row[]> => {
  const { result } = await account.ask('/images/v2?per_page=10000')
  const rows: Row[] = []
  for (const [name, path] of Object.entries(callsOf(account, encodeURIComponent(result.continuation_token))))
    rows.push({ name, times: await repeated(() => timeCall(account, name, path)) })
  return rows
}

const timePages = async (account: LargeAccount): Promise<readonly Row[]> => {
  const browser = await launchChromium()
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'en-US' })
    await page.goto(`${account.url}/#code=${account.server.sessions.createCode(benchAccount.apiToken)}`)
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    const rows: Row[] = []
    for (const [name, shown] of Object.entries(pagesOf(account))) {
      // The first time brings the page's files.
      await timePage(page, account.url, shown)
      rows.push({ name, times: await repeated(() => timePage(page, account.url, shown)) })
    }
    return rows
  } finally {
    await browser.close()
  }
}

const main = async (): Promise<void> => {
  const account = await openLargeAccount()
  try {
    print('call', await timeCalls(account))
    print('page in Chromium', await timePages(account))
  } finally {
    await account.stop()
  }
}

await main()
