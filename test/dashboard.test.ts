import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { dashboardGround } from './ground/dashboard.ts'
import { testAccount } from './ground/server.ts'

const { server, newPage, signIn, visit } = dashboardGround()

test('everything a first load needs comes from the server, compressed, in under 200 KB', async () => {
  const { url } = server()
  const page = await newPage()
  await signIn(page, testAccount.apiToken)
  const network = await page.context().newCDPSession(page)
  await network.send('Network.enable')
  const loaded = new Map<string, string>()
  let sizeBytes = 0
  network.on('Network.responseReceived', ({ requestId, response }) => loaded.set(requestId, response.url))
  network.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    // Its files, with their headers; what the API answers is as much as there is to tell.
    if (!/\/(?:client|session|inbox)\//.test(loaded.get(requestId) ?? '')) sizeBytes += encodedDataLength
  })
  await page.goto(url)
  await page.locator('canvas').nth(3).waitFor()
  await page.getByText('Nothing was sent yet.').waitFor()
  const addresses = [...loaded.values()]
  expect(addresses.filter((address) => new URL(address).origin !== url)).toEqual([])
  expect(addresses.filter((address) => address.endsWith('.woff2'))).toHaveLength(2)
  expect(sizeBytes).toBeGreaterThan(100_000)
  expect(sizeBytes).toBeLessThan(200_000)
})

test('files are sent as small as the browser takes them, and nothing beside them', async () => {
  const { url } = server()
  const page = await fetch(`${url}/settings/webhooks`)
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self'")
  const script = /src="(\/assets\/[^"]+)"/.exec(await page.text())?.[1] ?? ''
  const encodingFor = async (accepted: string): Promise<unknown[]> => {
    const file = await fetch(url + script, { headers: { 'accept-encoding': accepted } })
    const { length } = await file.text()
    return [file.headers.get('content-encoding'), file.headers.get('vary'), length]
  }
  const [, , length] = await encodingFor('identity')
  expect(await encodingFor('gzip, br')).toEqual(['gzip', 'accept-encoding', length])
  expect(await encodingFor('identity')).toEqual([null, 'accept-encoding', length])
  for (const path of ['/assets/..%2Findex.html', '/assets/index.html', `${script}.gz`, '/assets/none.js'])
    expect([path, (await fetch(url + path)).status]).toEqual([path, 404])
})

test('signing in: by a token, a wrong one says why, by a link once, and out again', async () => {
  const { url } = server()
  const page = await newPage()
  await page.goto(url)
  await page.getByLabel('API token').fill('ih_wrong')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('no live API token').waitFor()
  await page.getByLabel('API token').fill(testAccount.apiToken)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByLabel('API token').waitFor()

  const link = `${url}/#code=${server().server.sessions.createCode(testAccount.apiToken)}`
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

test('who is signed out meanwhile is told so, and comes back to the same page', async () => {
  const { page, call } = await visit('/variants')
  const { tokens } = (await call('GET', '/tokens')).result
  // An account keeps one token.
  await call('POST', '/tokens', { name: 'another' })
  await call('DELETE', `/tokens/${tokens[0].id}`)
  // A page that is open learns it with the first thing it asks.
  await page.getByRole('link', { name: 'Signing keys' }).click()
  await page.getByText('You were signed out').waitFor()
  expect(await page.getByRole('heading', { name: 'Signing keys' }).count()).toBe(0)
  await page.getByLabel('API token').fill(testAccount.apiToken)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Signing keys' }).waitFor()
})

test('a server that is away is told of, and asked again', async () => {
  const { page } = await visit('/variants')
  await page.route('**/images/v1/webhooks', (route) => route.abort())
  await page.getByRole('link', { name: 'Webhooks' }).click()
  await page.getByText('The server cannot be reached. Is it running?').waitFor()
  await page.unroute('**/images/v1/webhooks')
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByText('Nobody is told of your uploads yet.').waitFor()
  expect(await page.getByRole('alert').count()).toBe(0)
})

test('every colour, space and size that a component names is one of the design language', () => {
  const folder = fileURLToPath(new URL('../dashboard/src/', import.meta.url))
  const sheets = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(?:css|tsx?)$/.test(name),
  )
  const text = sheets.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n')
  const defined = new Set([...text.matchAll(/^\s*(--[\w-]+):/gm)].map(([, name]) => name))
  const named = [...text.matchAll(/var\((--[\w-]+)\)|'(--chart-[\w-]+)'/g)].map(([, used, drawn]) => used ?? drawn)
  expect(named.filter((name) => !defined.has(name))).toEqual([])
  expect([...defined].filter((name) => !named.includes(name))).toEqual([])
})
