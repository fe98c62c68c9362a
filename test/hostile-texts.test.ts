import { describe, expect, test } from 'vitest'
import { sampleImage } from '../scripts/sample-images.ts'
import { describeDrivers } from './ground/drivers.ts'
import { imageServer } from './ground/image-server.ts'

// PostgreSQL holds no NUL in a text, SQLite does: neither is asked.
describeDrivers('texts that cannot be', (driver) => {
  test.each([
    ['GET', '/a%00b', 404],
    ['GET', '/a%0Ab', 404],
    ['DELETE', '/a%00b', 404],
    ['GET', '/a%00b/blob', 404],
    ['GET', '?creator=a%00b', 400],
  ])('%s %s of the API is refused', async (method, path, status) => {
    const database = await driver.open()
    const server = await imageServer({ database: () => database })
    expect((await server.api(path, { method })).status).toBe(status)
    expect(server.log.lines.filter(({ level }) => level === 'error')).toEqual([])
  })

  test('in a variant URL are refused', async () => {
    const database = await driver.open()
    const server = await imageServer({ database: () => database })
    const { hash } = server.account
    for (const [path, code] of [
      [`/${hash}/a%00b/public`, 9426],
      [`/${hash}/a/b%00`, 9426],
      [`/${hash}/%ff/public`, 9426],
      [`/${hash}/a%/public`, 9426],
      // A hash is never decoded: this one is of nobody.
      ['/cdn-cgi/imagedelivery/a%00b/c/public', 9427],
    ] as const) {
      const response = await server.fetch(path)
      expect([path, response.status, response.headers.get('cf-resized')]).toEqual([path, 403, `err=${code}`])
    }
    expect(server.log.lines.filter(({ level }) => level === 'error')).toEqual([])
  })
})

describe('an upload', () => {
  test.each(['creator', 'id'])('with a control character in %s is refused', async (field) => {
    const server = await imageServer()
    const { bytes, filename } = await sampleImage('drawing')
    const form = new FormData()
    form.append(field, 'a\u0000b')
    form.append('file', new File([new Uint8Array(bytes)], filename))
    const response = await server.api('', { method: 'POST', body: form })
    expect([response.status, (await response.json()).errors[0].message]).toEqual([
      400,
      expect.stringContaining('valid text without control characters'),
    ])
  })
})
