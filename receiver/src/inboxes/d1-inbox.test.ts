import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { postGuide, postStandard, upload } from '../../test/deliver.ts'
import { inboxConformance } from './conformance.ts'
import { d1Inbox } from './d1-inbox.ts'

const bundle = (): string => {
  const { outputFiles } = buildSync({
    stdin: {
      contents: "import { answer } from './d1-worker.ts'\nexport default { fetch: answer }",
      resolveDir: fileURLToPath(new URL('../../test', import.meta.url)),
    },
    bundle: true,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd'],
    loader: { '.sql': 'text' },
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}

describe('the D1 inbox, in workerd', () => {
  let workerd: Miniflare
  let address: URL

  beforeAll(async () => {
    workerd = new Miniflare(
      convertV4MiniflareOptions({
        host: '127.0.0.1',
        port: 0,
        modules: true,
        script: bundle(),
        cf: false,
        compatibilityDate: '2026-10-01',
        d1Databases: ['DB'],
      }),
    )
    address = await workerd.ready
  })
  afterAll(() => workerd.dispose())

  const ask = (path: string, request?: Request) => fetch(new Request(new URL(path, address), request))

  test.each(inboxConformance.map(({ name }, number) => ({ name, number })))('$name', async ({ number }) => {
    expect(await (await ask(`/case/${number}`)).text()).toBe('')
  })

  test('carries a receiver on WebCrypto: an event is handled once, a forged one not at all', async () => {
    const outcomes = []
    for (const request of [
      postStandard(upload()),
      postStandard(upload()),
      postGuide(upload()),
      postStandard(upload(), {}, { 'webhook-id': 'evt_2' }),
    ]) {
      const body = await request.arrayBuffer()
      const response = await ask(
        '/webhooks',
        new Request(request.url, { method: 'POST', headers: request.headers, body }),
      )
      outcomes.push(await response.json())
    }
    expect(outcomes).toEqual([{ code: 'done' }, { code: 'duplicate' }, { code: 'duplicate' }, { code: 'unverified' }])
    expect(await (await ask('/handled')).json()).toEqual(['test_image_id'])
  })
})

test('a missing binding is named at once', () => {
  expect(() => d1Inbox(JSON.parse('{}').DB)).toThrow('d1Inbox has no database')
})
