import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test, vi } from 'vitest'
import { cures } from '../../scripts/flaws/cures.ts'
import { post, postGuide, postStandard, secret, upload } from '../test/deliver.ts'
import { openSqliteFile } from '../test/databases.ts'
import { code, receiving } from '../test/receiving.ts'
import { prepareMacCheck } from './crypto/web.ts'
import { makeReceiver } from './pipeline/receiver.ts'
import { memoryInbox } from './index.ts'
import { toQueue } from './queue.ts'
import { sqliteDatabase } from './sqlite.ts'
import { createStepJournal, enqueue, moderate, save, steps } from './steps.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const page = readFileSync(`${root}docs/receiver-flaws.md`, 'utf8')

describe('the table of flaws', () => {
  /** The cells of a row: number, flaw, cure, tests. */
  const rows = [...page.matchAll(/^\| (\d+) \|(.*)\|$/gm)].map(([, number, cells = '']) => ({
    number: Number(number),
    cells,
  }))
  const proofs = rows.flatMap(({ number, cells }) =>
    [...cells.matchAll(/\[([^\]]+)\]\(\.\.\/([^)#]+)\)/g)].map(([, title = '', path = '']) => ({
      number,
      title,
      path,
    })),
  )

  test('has a row for each of the 46, and a test in each', () => {
    const numbers = Array.from({ length: 46 }, (_, at) => at + 1)
    expect(rows.map(({ number }) => number)).toEqual(numbers)
    expect([...new Set(proofs.map(({ number }) => number))]).toEqual(numbers)
  })

  const [, tried = ''] = page.split('## What else was tried')
  const more = [...tried.matchAll(/\[([^\]]+)\]\(\.\.\/([^)#]+)\)/g)].map(([, title = '', path = '']) => ({
    title,
    path,
  }))

  test('has what else was tried, and a test of each', () => {
    const tries = tried.match(/^\| (?!a (?:sender sends|developer writes)).*\|$/gm) ?? []
    expect(tries.length).toBeGreaterThan(30)
    expect(tries.filter((row) => !row.includes('](../'))).toEqual([])
  })

  test.each(more)('names a test that exists: $title', ({ title, path }) => {
    expect(readFileSync(`${root}${path}`, 'utf8')).toContain(title)
  })

  test.each(proofs)('names a test that exists: $number, $title', ({ title, path }) => {
    expect(readFileSync(`${root}${path}`, 'utf8')).toContain(title)
  })
})

test.each(cures)('flaw $flaw has its cure in one place, from which npm run flaws can take it: $path', (cure) => {
  expect(readFileSync(`${root}${cure.path}`, 'utf8').split(cure.cure)).toHaveLength(2)
  expect(page).toContain(`](../${cure.test})`)
})

test('a key is imported once for all webhooks of a secret', async () => {
  const imported = vi.spyOn(crypto.subtle, 'importKey')
  const { fetch } = makeReceiver<void>(prepareMacCheck, {
    secrets: () => [secret],
    inbox: memoryInbox(),
    unknown: 'ignore',
    maxEventAgeMs: 1e13,
    keepMs: 1e13,
  })
  for (const id of ['a', 'b', 'c']) expect((await fetch(postGuide(upload({ image: { id } })))).status).toBe(200)
  expect(imported).toHaveBeenCalledTimes(1)
  imported.mockRestore()
})

test('a queue that does not take the delivery makes it come again: 500, and only then 202', async () => {
  const sent: unknown[] = []
  let isDown = true
  const { fetch, on } = receiving()
  on(
    'image.*',
    toQueue(() => ({
      send: async (message) => {
        if (isDown) throw new Error('down')
        sent.push(message)
      },
    })),
  )
  expect((await fetch(postStandard(upload()))).status).toBe(500)
  isDown = false
  expect((await fetch(postStandard(upload()))).status).toBe(202)
  expect(sent).toHaveLength(1)
})

test('a row that was saved before its message failed is no obstacle: both are there after the next delivery', async () => {
  const database = sqliteDatabase(openSqliteFile().connection)
  const sent: unknown[] = []
  let isDown = true
  const send = async (message: unknown) => {
    if (isDown) throw new Error('down')
    sent.push(message)
  }
  const { fetch, on } = receiving()
  on(
    'image.uploaded',
    steps(
      { journal: () => createStepJournal(database) },
      save({ database: () => database }),
      enqueue({ queue: () => ({ send }) }),
    ),
  )
  const rows = () => database.query('select image_id from imagehooks_image')
  expect(await code(await fetch(postStandard(upload())))).toBe('handler_failed')
  expect([await rows(), sent]).toEqual([[{ image_id: 'test_image_id' }], []])
  isDown = false
  expect(await code(await fetch(postStandard(upload())))).toBe('done')
  expect(await code(await fetch(postStandard(upload())))).toBe('duplicate')
  expect([await rows(), sent.length]).toEqual([[{ image_id: 'test_image_id' }], 1])
})

test('an upload that failed is not taken for one that succeeded', async () => {
  const { fetch, on, handle, handled } = receiving()
  on('image.uploaded', handle)
  const failed = { ...upload(), event: 'image.upload_failed', error: { code: 'x', message: 'y' } }
  expect(await code(await fetch(postGuide(JSON.stringify(failed))))).toBe('ignored')
  expect(handled).toEqual([])
})

test('moderation asks whatever the metadata says, or leaves out', async () => {
  const asked: unknown[] = []
  const { fetch, on } = receiving()
  const database = sqliteDatabase(openSqliteFile().connection)
  const check = moderate({
    url: 'https://moderation.example/check',
    variants: { base: 'https://images.example/hash', variant: 'public' },
    images: { account: 'a', apiToken: 't' },
    fetch: async (_url, init) => {
      asked.push(JSON.parse(String(init?.body)).imageId)
      return Response.json({ approved: true })
    },
  })
  on('image.uploaded', steps({ journal: () => createStepJournal(database) }, check))
  for (const metadata of [{ requiresModeration: 'false' }, { requiresModeration: false }, {}]) {
    const event = upload({ image: { id: JSON.stringify(metadata), metadata } })
    expect(await code(await fetch(postStandard(event)))).toBe('done')
  }
  expect(asked).toHaveLength(3)
})

test('a signature decides, wherever it comes from: no header about an address changes that', async () => {
  const { fetch, on, handle, handled } = receiving()
  on('image.*', handle)
  for (const address of ['173.245.48.1', '203.0.113.7']) {
    const headers = { 'cf-connecting-ip': address, 'x-forwarded-for': address }
    expect((await fetch(post(upload(), { ...headers, 'x-cloudflare-signature': '0'.repeat(64) }))).status).toBe(401)
    expect((await fetch(postGuide(upload(), headers))).status).toBe(200)
  }
  expect(handled).toHaveLength(1)
})

describe('the configuration of the example Worker', () => {
  const text = readFileSync(`${root}examples/worker/wrangler.jsonc`, 'utf8')
  const config = JSON.parse(text.replaceAll(/^\s*\/\/.*$/gm, '').replaceAll(/,(?=\s*[}\]])/g, ''))

  test('holds no secret: none stands among its vars', () => {
    expect(config).not.toHaveProperty('vars')
    expect(readFileSync(`${root}.gitignore`, 'utf8')).toContain('.dev.vars')
  })

  test('consumes its queue, tries again, and consumes what is given up', () => {
    const queues: { queue: string; dead_letter_queue?: string; max_retries: number }[] = config.queues.consumers
    for (const { queue } of config.queues.producers) {
      const consumer = queues.find((each) => each.queue === queue)
      expect(consumer?.max_retries).toBeGreaterThan(0)
      expect(queues.map((each) => each.queue)).toContain(consumer?.dead_letter_queue)
    }
  })

  test('is observed, and its tables come by migrations', () => {
    expect(config.observability).toEqual({ enabled: true })
    expect(config.d1_databases[0].migrations_dir).toBe('migrations')
  })
})
