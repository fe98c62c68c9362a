/** A server with a day behind it, for pictures of its dashboard. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { compose } from '../../src/compose/compose.ts'
import { buildConfig } from '../../src/config/config.ts'
import { systemClock, type Clock } from '../../src/domain/clock.ts'
import { createLog } from '../../src/telemetry/log.ts'
import { painting, sampleImage } from '../sample-images.ts'

const account = { accountId: '023e105f4ecef8ad9ca31a8372d0c353', apiToken: 'token-of-the-screens' }
const inboxSecret = 'secret-of-the-inbox'
const hourMs = 3_600_000

/** What a day's pictures are called. */
const names = [
  'harbour-at-dawn', 'first-ferry', 'fish-market', 'nets-drying', 'old-crane', 'gulls', 'lighthouse', 'breakwater',
  'dunes', 'beach-huts', 'low-tide', 'rock-pool', 'cliff-path', 'heather', 'stone-wall', 'sheepfold',
  'mill-pond', 'weir', 'orchard', 'hay-bales', 'village-green', 'bell-tower', 'evening-train', 'viaduct',
  'last-light', 'afterglow', 'moonrise', 'quay-at-night',
] // prettier-ignore

/** One scene in many lights. */
const picture = async (index: number): Promise<Uint8Array> =>
  painting({ width: 720, height: 540, channels: 3, sun: (index * 0.37) % 1 })
    .modulate({
      hue: ((index * 29) % 90) - 45,
      saturation: 0.6 + (index % 3) * 0.25,
      brightness: 0.7 + (index % 5) * 0.1,
    })
    .jpeg({ quality: 82 })
    .toBuffer()

/** A receiver that takes its time and answers 200, or what its path says: an outage answers 503 while there is one. */
const startReceiver = async () => {
  let isOut = false
  let count = 0
  const server = createServer((request, response) => {
    request.resume()
    count += 1
    const path = request.url ?? ''
    response.statusCode = path === '/search' && isOut ? 503 : Number(/\d{3}/.exec(path)?.[0] ?? 200)
    const answer = response.statusCode < 300 ? '{"received":true}' : '{"error":"<b>not today</b>"}'
    response.setHeader('content-type', 'application/json')
    setTimeout(() => response.end(answer), 4 + ((count * 13) % 40) + (count % 17 === 0 ? 120 : 0))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The receiver has no port.')
  return {
    url: `http://127.0.0.1:${address.port}`,
    setOut: (next: boolean) => void (isOut = next),
    stop: () => server.close(),
  }
}

/** The machine's clock, some time ago. */
const travellingClock = () => {
  let behindMs = 0
  const clock: Clock = { ...systemClock, now: () => systemClock.now() - behindMs }
  return { clock, goTo: (ms: number) => void (behindMs = Math.round(ms)) }
}

export type World = {
  readonly url: string
  /** Of the account that something happened on, and of one that is new. */
  readonly cookies: Readonly<Record<'lived' | 'fresh', string>>
  readonly ids: {
    readonly endpoint: string
    readonly failing: string
    readonly delivery: string
    readonly image: string
  }
  stop(): Promise<void>
}

/** Starts it and lives through its day, in about a quarter of a minute. */
export const startWorld = async (): Promise<World> => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'imagehooks-screens-'))
  const receiver = await startReceiver()
  const { clock, goTo } = travellingClock()
  const config = {
    ...buildConfig('dev', {}, dataFolder),
    dataFolder,
    port: 0,
    bootstrap: account,
    inbox: { secret: inboxSecret },
  }
  goTo(24 * hourMs)
  const server = await compose(config, { clock, log: createLog({ clock: systemClock, level: 'error' }) })
  const { url } = await server.start()
  const stop = async (): Promise<void> => {
    await server.stop()
    receiver.stop()
    rmSync(dataFolder, { recursive: true })
  }
  const call = async (method: string, path: string, body?: object | FormData) => {
    const response = await fetch(`${url}/client/v4/accounts/${account.accountId}${path}`, {
      method,
      headers: { authorization: `Bearer ${account.apiToken}` },
      ...(body && { body: body instanceof FormData ? body : JSON.stringify(body) }),
    })
    const { result, errors } = await response.json()
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(errors)}`)
    return result
  }
  const upload = async (bytes: Uint8Array, filename: string, fields: Readonly<Record<string, string>> = {}) => {
    const form = new FormData()
    form.append('file', new File([new Uint8Array(bytes)], filename))
    for (const [name, value] of Object.entries(fields)) form.append(name, value)
    return call('POST', '/images/v1', form)
  }

  const webhooks = '/images/v1/webhooks'
  await call('POST', webhooks, { url: `${url}/inbox/receive`, secret: inboxSecret, name: 'inbox' })
  const shop = await call('PUT', webhooks, {
    url: `${receiver.url}/webhooks`,
    name: 'Shop',
    events: ['image.uploaded', 'image.deleted'],
    headers: { 'x-team': 'pictures' },
    rate_limit: 50,
  })
  const search = await call('POST', webhooks, { url: `${receiver.url}/search`, name: 'Search index' })
  const importer = await call('POST', webhooks, { url: `${receiver.url}/410`, name: 'Old importer' })
  const paused = await call('POST', webhooks, { url: `${receiver.url}/staging` })
  await call('PATCH', `${webhooks}/${paused.id}`, { active: false })
  await call('POST', '/images/v1/variants', { id: 'hero', options: { fit: 'cover', width: 1200, height: 400 } })
  await call('POST', '/images/v1/variants', {
    id: 'thumbnail',
    options: { fit: 'cover', width: 320, height: 320 },
    neverRequireSignedURLs: true,
  })
  const pictures: Uint8Array[] = []
  for (const index of names.keys()) pictures.push(await picture(index))
  const stepCount = 88
  for (let step = 0; step < stepCount; step++) {
    goTo((24 - (step / stepCount) * 23.8) * hourMs)
    receiver.setOut(step >= 30 && step <= 38)
    // Busier by day than by night.
    const uploadCount = 1 + Math.round(2 * Math.sin((step / stepCount) * Math.PI) + (step % 3 === 0 ? 1 : 0))
    for (let number = 0; number < uploadCount; number++) {
      const index = (step * 3 + number) % names.length
      const album = index < 14 ? 'coast' : 'inland'
      await upload(pictures[index] ?? new Uint8Array(), `${names[index]}.jpg`, {
        metadata: JSON.stringify({ album, camera: { make: 'Pinhole', frame: index } }),
        creator: index % 2 ? 'ann' : 'bob',
      })
    }
    await wait(90)
  }
  goTo(0.1 * hourMs)
  for (const sample of ['drawing', 'animation', 'transparent', 'photo'] as const) {
    const { bytes, filename } = await sampleImage(sample)
    await upload(bytes, filename, sample === 'photo' ? { requireSignedURLs: 'true' } : { creator: 'bob' })
  }
  await wait(1500)
  goTo(0)
  const image = await upload(await picture(5), 'pier-in-the-evening.jpg', {
    metadata: JSON.stringify({ album: 'coast', camera: { make: 'Pinhole', frame: 29 }, rating: 5 }),
    creator: 'ann',
    requireSignedURLs: 'true',
  })
  await call('POST', '/tokens', { name: 'backup', permission: 'Images Read' })
  await call('PUT', '/images/v1/keys/backend')
  const { deliveries } = await call('GET', `${webhooks}/${search.id}/deliveries?per_page=1000`)
  const retried = deliveries.find((delivery: { attempt_count: number }) => delivery.attempt_count > 1) ?? deliveries[0]
  // Uploads are counted every ten seconds.
  await wait(11_000)
  const fresh = await server.accounts.create({ name: 'Fresh' })
  const cookieOf = async (token: string): Promise<string> => (await server.sessions.signIn(token))?.value ?? ''
  return {
    url,
    cookies: { lived: await cookieOf(account.apiToken), fresh: await cookieOf(fresh.token) },
    ids: { endpoint: shop.id, failing: importer.id, delivery: retried.id, image: image.id },
    stop,
  }
}
