/**
 * Takes a picture of every page of the dashboard, light and dark, wide and narrow, into `.cache/screens/`, from a server
 * of its own that is filled with samples. `npm run screens -- webhooks` takes those whose name holds the word.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { compose } from '../src/compose/compose.ts'
import { buildConfig } from '../src/config/config.ts'
import { systemClock } from '../src/domain/clock.ts'
import { createLog } from '../src/telemetry/log.ts'
import { launchChromium } from '../test/ground/chromium.ts'
import { sampleImage } from './sample-images.ts'

const account = { accountId: '023e105f4ecef8ad9ca31a8372d0c353', apiToken: 'token-of-the-screens' }
const folder = fileURLToPath(new URL('../.cache/screens/', import.meta.url))

/** A receiver that answers 200, or what its path says. */
const startReceiver = async (): Promise<{ url: string; stop: () => void }> => {
  const server = createServer((request, response) => {
    request.resume()
    response.statusCode = Number(/\d{3}/.exec(request.url ?? '')?.[0] ?? 200)
    response.end(response.statusCode < 300 ? 'ok' : '{"error":"<b>not today</b>"}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, stop: () => server.close() }
}

type Call = (method: string, path: string, body?: object | FormData) => Promise<{ id: string; delivery_id: string }>

/** Something of everything. */
const fill = async (
  call: Call,
  receiver: string,
): Promise<{ endpointId: string; deliveryId: string; imageId: string }> => {
  const { id: endpointId } = await call('PUT', '/images/v1/webhooks', {
    url: `${receiver}/webhooks`,
    name: 'Shop',
    events: ['image.uploaded', 'image.deleted'],
  })
  const { id: failing } = await call('POST', '/images/v1/webhooks', { url: `${receiver}/500`, name: 'Search index' })
  const { id: paused } = await call('POST', '/images/v1/webhooks', { url: `${receiver}/paused` })
  await call('PATCH', `/images/v1/webhooks/${paused}`, { active: false })
  await call('POST', '/images/v1/variants', { id: 'hero', options: { fit: 'cover', width: 1200, height: 400 } })
  await call('POST', '/images/v1/variants', { id: 'thumbnail', options: { fit: 'cover', width: 320, height: 320 } })
  let imageId = ''
  for (const name of [
    'photo',
    'transparent',
    'drawing',
    'animation',
    'webp',
    'photo',
    'transparent',
    'photo',
  ] as const) {
    const { bytes, name: filename } = await sampleImage(name)
    const form = new FormData()
    form.append('file', new File([new Uint8Array(bytes)], filename))
    form.append('metadata', JSON.stringify({ album: 'summer', number: 7 }))
    if (name === 'photo') form.append('requireSignedURLs', 'true')
    const { id } = await call('POST', '/images/v1', form)
    imageId = id
  }
  await call('POST', '/tokens', { name: 'backup', permission: 'Images Read' })
  const { delivery_id: deliveryId } = await call('POST', `/images/v1/webhooks/${failing}/test`)
  return { endpointId, deliveryId, imageId }
}

type Look = {
  readonly name: string
  readonly width: number
  readonly height: number
  readonly colorScheme: 'light' | 'dark'
}

const looks: readonly Look[] = [
  { name: 'light', width: 1280, height: 860, colorScheme: 'light' },
  { name: 'dark', width: 1280, height: 860, colorScheme: 'dark' },
  { name: 'phone', width: 390, height: 844, colorScheme: 'light' },
]

const shoot = async (browser: Browser, link: () => string, pages: Readonly<Record<string, string>>): Promise<void> => {
  for (const { name, width, height, colorScheme } of looks) {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme, locale: 'en-US' })
    const page = await context.newPage()
    page.on('pageerror', (error) => console.error(`${name}: ${error.message}`))
    page.on('console', (message) => message.type() === 'error' && console.error(`${name}: ${message.text()}`))
    await page.goto(link())
    await page.getByRole('heading', { level: 1 }).waitFor()
    for (const [title, path] of Object.entries(pages)) {
      await page.goto(new URL(path, link()).href)
      await page.getByRole('heading', { level: 1 }).waitFor()
      // The feed stays open, so the network is never idle.
      await page.waitForTimeout(1200)
      await page.screenshot({ path: join(folder, `${title}-${name}.png`), fullPage: true })
      console.log(`.cache/screens/${title}-${name}.png`)
    }
    await context.close()
  }
}

const main = async (): Promise<void> => {
  mkdirSync(folder, { recursive: true })
  const dataFolder = mkdtempSync(join(tmpdir(), 'imagehooks-screens-'))
  const receiver = await startReceiver()
  const config = {
    ...buildConfig('dev', {}, dataFolder),
    dataFolder,
    port: 0,
    bootstrap: account,
    inbox: { secret: 'secret-of-the-inbox' },
  }
  const server = await compose(config, { log: createLog({ clock: systemClock, level: 'error' }) })
  try {
    const { url } = await server.start()
    const call: Call = async (method, path, body) => {
      const response = await fetch(`${url}/client/v4/accounts/${account.accountId}${path}`, {
        method,
        headers: { authorization: `Bearer ${account.apiToken}` },
        ...(body && { body: body instanceof FormData ? body : JSON.stringify(body) }),
      })
      const { result } = await response.json()
      return result
    }
    await call('POST', '/images/v1/webhooks', {
      url: `${url}/inbox/receive`,
      secret: 'secret-of-the-inbox',
      name: 'inbox',
    })
    const { endpointId, deliveryId, imageId } = await fill(call, receiver.url)
    const all: Readonly<Record<string, string>> = {
      overview: '/',
      webhooks: '/settings/webhooks',
      webhook: `/settings/webhooks/${endpointId}`,
      delivery: `/deliveries/${deliveryId}`,
      inbox: '/received',
      images: '/images',
      'images-one': `/images/${imageId}`,
      'images-direct-upload': '/images/direct_upload',
      variants: '/variants',
      keys: '/settings/keys',
      tokens: '/settings/tokens',
    }
    const wished = process.argv[2] ?? ''
    const pages = Object.fromEntries(Object.entries(all).filter(([name]) => name.includes(wished)))
    const browser = await launchChromium()
    try {
      await shoot(browser, () => `${url}/#code=${server.sessions.createCode(account.apiToken)}`, pages)
    } finally {
      await browser.close()
    }
  } finally {
    await server.stop()
    receiver.stop()
    rmSync(dataFolder, { recursive: true })
  }
}

await main()
