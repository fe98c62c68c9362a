import { createServer } from 'node:http'
import type { Page } from 'playwright-core'
import { expect, onTestFinished, test } from 'vitest'
import { sampleImage } from '../scripts/sample-images.ts'
import { dashboardGround } from './ground/dashboard.ts'
import { answer } from './ground/reactions.ts'
import { testReceiver } from './ground/receiver.ts'

const { server, newPage, signIn, visit } = dashboardGround()

const webhooks = '/images/v1/webhooks'
const photo = async (): Promise<Uint8Array> => (await sampleImage('transparent')).bytes

/** A text that would run or show itself if anything took it for more than text; `number` tells where it came from. */
const hostile = (number: number): string => `"><img src=x onerror="owned=${number}"><script>owned=${number}</script>`

/** What a hostile text has become on the page: an element, or something that ran. */
const takenForMore = (page: Page): Promise<unknown> =>
  page.evaluate(() => ({
    elements: document.querySelectorAll('img[src="x"], script:not([src])').length,
    owned: 'owned' in globalThis,
  }))

test('what strangers wrote is shown as text on every page: names, ids, metadata, and whatever a receiver answers', async () => {
  const receiver = await testReceiver({
    respond: () => answer(500, hostile(1), { 'x-hostile': hostile(2), 'content-type': 'text/html' }),
  })
  const { page, call, upload, goTo } = await visit('/settings')
  const id = `alben/${hostile(3).slice(0, 80)}/夏 %2F?#&`
  const endpoint = await call('POST', webhooks, { url: `${receiver.url}/hook`, name: hostile(5) })
  const image = await upload(await photo(), hostile(6).replaceAll('/', ''), {
    id,
    creator: hostile(7),
    metadata: JSON.stringify({ album: hostile(8), [hostile(9)]: '</textarea><img src=x>' }),
  })
  expect([endpoint.status, image.status]).toEqual([200, 200])
  // A form writes quotation marks in a file name in its own way.
  const { filename } = image.result
  expect(filename).toContain('<img src=x')
  await call('POST', '/tokens', { name: hostile(10), permission: 'Images Read' })
  await call('PUT', `/images/v1/keys/${encodeURIComponent(hostile(11))}`)
  const { delivery_id: delivery } = (await call('POST', `${webhooks}/${endpoint.result.id}/test`)).result
  const shown: readonly (readonly [path: string, ...texts: string[]])[] = [
    ['/', hostile(5)],
    ['/images', filename],
    [`/images?${new URLSearchParams({ by: 'creator', for: hostile(7) })}`, filename],
    [`/images?${new URLSearchParams({ by: 'meta', field: 'album', for: hostile(8) })}`, filename],
    [`/images/${encodeURIComponent(id)}`, filename, id],
    [`/variants?image=${encodeURIComponent(id)}`],
    ['/deliveries', hostile(5)],
    [`/deliveries/${delivery}`, hostile(1), `x-hostile: ${hostile(2)}`, hostile(5)],
    ['/settings/webhooks', hostile(5)],
    [`/settings/webhooks/${endpoint.result.id}`, hostile(5)],
    ['/settings/keys'],
    ['/settings/tokens', hostile(10)],
  ]
  for (const [path, ...texts] of shown) {
    await goTo(path)
    for (const text of texts) await page.getByText(text).first().waitFor()
    expect([path, await takenForMore(page)]).toEqual([path, { elements: 0, owned: false }])
  }

  await goTo(`/images/${encodeURIComponent(id)}`)
  expect(JSON.parse(await page.getByLabel('Metadata', { exact: true }).inputValue())).toEqual(image.result.meta)
  expect(await page.getByLabel('Creator').inputValue()).toBe(hostile(7))
  await goTo(`/settings/webhooks/${endpoint.result.id}`)
  await page.getByRole('button', { name: 'Test', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Send Test' }).click()
  await page.getByText(`x-hostile: ${hostile(2)}`).waitFor()
  await page.getByRole('dialog').getByText(hostile(1)).waitFor()
  expect(await takenForMore(page)).toEqual({ elements: 0, owned: false })
})

test('metadata is judged while it is typed, saved, and an image with a strange id deleted', async () => {
  const { page, call, upload, goTo } = await visit('/settings')
  const id = 'alben/<b>/夏 %2F?#&"'
  await upload(await photo(), 'sunrise.png', { id })
  await goTo(`/images/${encodeURIComponent(id)}`)
  const metadata = page.getByLabel('Metadata', { exact: true })
  await metadata.fill('{"album": ')
  await page.getByText('This is no JSON yet').waitFor()
  await metadata.fill(JSON.stringify({ long: 'x'.repeat(1100) }))
  await page.getByRole('button', { name: 'Save' }).click()
  await page
    .getByText(/1,?024 bytes.*(not|at most|over|long)/i)
    .first()
    .waitFor()
  await metadata.fill('{"album": "<i>winter</i>"}')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved.').waitFor()
  const image = await call('GET', `/images/v1/${encodeURIComponent(id)}`)
  expect(image.result.meta).toEqual({ album: '<i>winter</i>' })
  await page.getByRole('button', { name: 'Delete…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Keep it' }).click()
  await page.getByRole('button', { name: 'Delete…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.getByText('No image is here yet.').waitFor()
  expect((await call('GET', `/images/v1/${encodeURIComponent(id)}`)).status).toBe(404)
})

/** A page of somebody else, on another port of this machine: the same site to a browser. */
const strangersPage = async (html: string): Promise<string> => {
  const stranger = createServer((_, response) => response.setHeader('content-type', 'text/html').end(html))
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => new Promise((resolve) => void stranger.close(() => resolve())))
  const address = stranger.address()
  if (address === null || typeof address === 'string') throw new Error('The stranger has no port.')
  return `http://127.0.0.1:${address.port}/`
}

test('a page of another origin changes nothing, reads nothing and frames nothing, whoever is signed in', async () => {
  const { page, call, account, url } = await visit('/images')
  const root = `${url}/client/v4/accounts/${account.accountId}`
  const before = await Promise.all([call('GET', '/tokens'), call('GET', webhooks), call('GET', '/images/v1/keys')])
  await page.goto(
    await strangersPage(`<!doctype html><title>stranger</title>
      <form id="form" method="post" enctype="multipart/form-data" target="hole" action="${root}/images/v1">
        <input name="url" value="${url}/icon.svg"></form>
      <iframe name="hole"></iframe><iframe id="frame" src="${url}/settings/webhooks"></iframe>`),
  )
  const tried = await page.evaluate(
    async ({ api, origin }) => {
      const attempt = async (how: RequestInit, address: string): Promise<string> => {
        try {
          const response = await fetch(address, { credentials: 'include', ...how })
          return `${response.type} ${response.status}`
        } catch {
          return 'refused'
        }
      }
      const hook = JSON.stringify({ url: 'https://evil.example/hook' })
      const outcomes = [
        await attempt({ method: 'POST', mode: 'no-cors', body: hook }, `${api}/images/v1/webhooks`),
        await attempt({ method: 'POST', mode: 'no-cors', body: '{"name":"evil"}' }, `${api}/tokens`),
        await attempt({ method: 'PUT', body: hook }, `${api}/images/v1/webhooks`),
        await attempt({ method: 'DELETE' }, `${api}/images/v1/keys/default`),
        await attempt({ method: 'DELETE' }, `${origin}/session`),
        await attempt({}, `${api}/images/v1/keys`),
        await attempt({}, `${origin}/session`),
        await attempt({ method: 'POST', mode: 'no-cors', body: '{"token":"x"}' }, `${origin}/session`),
      ]
      document.querySelector<HTMLFormElement>('#form')?.submit()
      await new Promise((resolve) => document.querySelector('iframe')?.addEventListener('load', resolve))
      return outcomes
    },
    { api: root, origin: url },
  )
  // An opaque answer tells the page nothing, not even its status.
  const expected = ['opaque 0', 'opaque 0', 'refused', 'refused', 'refused', 'refused', 'refused', 'opaque 0']
  expect(tried).toEqual(expected)
  expect(page.frames().map((frame) => frame.url())).not.toContain(`${url}/settings/webhooks`)
  const after = await Promise.all([call('GET', '/tokens'), call('GET', webhooks), call('GET', '/images/v1/keys')])
  expect(after.map(({ result }) => result)).toEqual(before.map(({ result }) => result))
  expect((await call('GET', '/images/v1/stats')).result.count.current).toBe(0)
  // And whoever is signed in still is.
  await page.goto(`${url}/images`)
  await page.getByRole('heading', { name: 'Images' }).waitFor()
})

test('the code of a link is sent once, in a body, and stands in no address, no referrer, no history and no log', async () => {
  const { url, server: imagehooks, log } = server()
  const { token } = await imagehooks.accounts.create({ name: 'linked' })
  const code = imagehooks.sessions.createCode(token)
  const page = await newPage()
  const told: string[] = []
  page.on('request', (request) => told.push(request.url(), JSON.stringify(request.headers())))
  await page.goto(`${url}/#code=${code}`)
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  await page.getByRole('link', { name: 'Images', exact: true }).click()
  await page.goBack()
  expect(page.url()).toBe(`${url}/`)
  expect(await page.evaluate(() => document.cookie)).toBe('')
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))
  for (const text of [...told, kept, JSON.stringify(log.lines)]) {
    expect(text).not.toContain(code)
    expect(text).not.toContain(token)
  }
})

test('no script but the server’s own runs on the page, and nothing is sent elsewhere', async () => {
  const page = await newPage()
  await signIn(page, (await server().server.accounts.create({ name: 'closed' })).token)
  await page.goto(server().url)
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  const outcome = await page.evaluate(async () => {
    const violated: string[] = []
    const all = new Promise<void>((resolve) =>
      document.addEventListener('securitypolicyviolation', (event) => {
        if (violated.push(event.effectiveDirective) === 4) resolve()
      }),
    )
    const script = document.createElement('script')
    script.textContent = 'globalThis.owned = true'
    document.body.append(script)
    const image = new Image()
    image.src = 'http://127.0.0.1:9/leak.png'
    const frame = document.createElement('iframe')
    frame.src = 'data:text/html,framed'
    document.body.append(frame)
    await fetch('http://127.0.0.1:9/leak').catch(() => {})
    await all
    return { owned: 'owned' in globalThis, violated: violated.toSorted() }
  })
  expect(outcome).toEqual({
    owned: false,
    violated: ['connect-src', 'frame-src', 'img-src', 'script-src-elem'],
  })
})
