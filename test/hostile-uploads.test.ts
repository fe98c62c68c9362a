import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { sampleImage } from '../scripts/sample-images.ts'
import { brokenImage, gifOfFrames, scriptedDrawing } from './fixtures/images.ts'
import { describeDrivers } from './ground/drivers.ts'
import { type ImageServer, imageServer } from './ground/image-server.ts'

const boundary = '----hostile'

const formOf = (bytes: Uint8Array, filename = 'a.png'): Buffer<ArrayBuffer> =>
  Buffer.concat([
    Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${filename}"\r\n\r\n`),
    bytes,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ])

const isHealthy = async (server: ImageServer): Promise<void> => {
  const { bytes } = await sampleImage('webp')
  const response = await server.api('', {
    method: 'POST',
    body: formOf(bytes),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  })
  expect(response.status).toBe(200)
}

/** One upload over a connection of its own; answers its status. */
/** What a client meets that still writes when the server has refused it and closed. */
const brokenOff: ReadonlySet<unknown> = new Set(['ECONNRESET', 'EPIPE'])

const codeOf = (error: Error): unknown => ('code' in error ? error.code : undefined)

/** The status, or 0 where the connection was broken off. */
const upload = (server: ImageServer, url: string, body: Buffer): Promise<number> =>
  new Promise((resolve, reject) => {
    const sent = httpRequest(
      `${url}/client/v4/accounts/${server.account.id}/images/v1`,
      {
        method: 'POST',
        agent: false,
        headers: {
          authorization: `Bearer ${server.token}`,
          'content-type': `multipart/form-data; boundary=${boundary}`,
          'content-length': body.length,
        },
      },
      (answer) => {
        answer.resume()
        answer.once('end', () => resolve(answer.statusCode ?? 0))
      },
    )
    sent.once('error', (error) => (brokenOff.has(codeOf(error)) ? resolve(0) : reject(error)))
    sent.end(body)
  })

describeDrivers('hostile uploads', (driver) => {
  test('a thousand at once are stored or asked to come again, in bounded memory, and leave nothing half done', async () => {
    const server = await imageServer({ driver })
    const url = await server.listen()
    // Half a gigabyte together, client and server in one process: all of it in memory could not be overlooked.
    const { bytes } = await sampleImage('webp')
    const body = formOf(Buffer.concat([bytes, Buffer.alloc(500_000)]))
    let mostBytes = 0
    const watch = setInterval(() => (mostBytes = Math.max(mostBytes, process.memoryUsage().arrayBuffers)), 5)
    const before = process.memoryUsage().arrayBuffers
    const statuses = await Promise.all(Array.from({ length: 1000 }, () => upload(server, url, body)))
    clearInterval(watch)
    const stored = statuses.filter((status) => status === 200).length
    expect(statuses.filter((status) => ![0, 200, 429, 503].includes(status))).toEqual([])
    expect(stored).toBeGreaterThan(0)
    expect(server.blobFiles()).toHaveLength(stored)
    expect(await server.events()).toHaveLength(stored)
    expect(mostBytes - before).toBeLessThan(200_000_000)
    await isHealthy(server)
  })

  test('connections that break off in the middle leave nothing', async () => {
    const server = await imageServer({ driver })
    const url = new URL(await server.listen())
    const whole = formOf((await sampleImage('photo')).bytes)
    await Promise.all(
      Array.from(
        { length: 50 },
        (_, index) =>
          new Promise<void>((resolve) => {
            const socket = connect(Number(url.port), url.hostname, () => {
              socket.write(
                `POST /client/v4/accounts/${server.account.id}/images/v1 HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${server.token}\r\ncontent-type: multipart/form-data; boundary=${boundary}\r\ncontent-length: ${whole.length}\r\n\r\n`,
              )
              socket.write(whole.subarray(0, Math.floor((whole.length * index) / 50)), () => socket.resetAndDestroy())
            })
            socket.on('error', () => {})
            socket.once('close', () => resolve())
          }),
      ),
    )
    await isHealthy(server)
    await expect.poll(() => server.blobFiles().length).toBe(1)
  })

  test.each([
    [
      'a JPEG with a page behind it',
      async () =>
        Buffer.concat([(await sampleImage('photo')).bytes, Buffer.from('<html><script>alert(1)</script></html>')]),
      200,
      'image/jpeg',
    ],
    [
      'a GIF with a program behind it',
      async () => Buffer.concat([gifOfFrames(10, 2), Buffer.from('*/=1;alert(1)')]),
      200,
      'image/gif',
    ],
    ['a drawing with scripts', async () => Buffer.from(scriptedDrawing.bytes), 200, 'image/svg+xml'],
    ['ten thousand frames', async () => gifOfFrames(100, 10_001), 400, 'application/json'],
    [
      'a page in an image’s name',
      async () => Buffer.from((await brokenImage('pageNamedJpeg')).bytes),
      415,
      'application/json',
    ],
    [
      '30,000 × 30,000 pixels',
      async () => Buffer.from((await brokenImage('immensePng')).bytes),
      413,
      'application/json',
    ],
    [
      'entities that grow',
      async () => Buffer.from((await brokenImage('entityBombDrawing')).bytes),
      400,
      'application/json',
    ],
  ] as const)('%s: is what its first bytes say, and can do nothing', async (_, make, status, type) => {
    const server = await imageServer({ driver })
    const response = await server.api('', {
      method: 'POST',
      body: formOf(await make(), 'a.html.png'),
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    })
    expect([response.status, server.blobFiles().length]).toEqual([status, status === 200 ? 1 : 0])
    const { result } = await response.json()
    const blob = await server.api(`/${result?.id}/blob`)
    const served = ['content-type', 'x-content-type-options', 'content-security-policy'].map((name) =>
      blob.headers.get(name),
    )
    expect(served).toEqual([type, 'nosniff', expect.stringContaining("default-src 'none'")])
  })

  test('ids of every script are taken up to what an index holds, and refused beyond', async () => {
    const server = await imageServer({ driver })
    const { bytes } = await sampleImage('webp')
    const put = async (id: string): Promise<number> => {
      const form = new FormData()
      form.append('id', id)
      form.append('file', new File([new Uint8Array(bytes)], 'a.webp'))
      return (await server.api('', { method: 'POST', body: form })).status
    }
    // Letters without order, so that no index can make them shorter.
    const letters = (count: number, from: number, span: number): string =>
      Array.from({ length: count }, (_, index) =>
        String.fromCodePoint(from + ((index * index * 7919 + index * 104_729) % span)),
      ).join('')
    expect(await put(letters(682, 0x4e00, 20_000))).toBe(200)
    expect(await put(letters(683, 0x4e00, 20_000))).toBe(400)
    expect(await put(letters(512, 0x1f300, 300))).toBe(200)
    expect(await put(letters(1024, 0x1f300, 300))).toBe(400)
    expect(await put(letters(1024, 0x410, 60))).toBe(200)
  })
})
