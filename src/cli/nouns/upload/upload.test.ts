import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import { sampleImage } from '../../../../scripts/sample-images.ts'
import { run, startCommand } from '../../../../test/ground/command.ts'
import { runHere } from '../../../../test/ground/command-here.ts'
import { answer, type Reaction } from '../../../../test/ground/reactions.ts'
import { type ReceivedRequest, testReceiver } from '../../../../test/ground/receiver.ts'
import { startServer, testAccount } from '../../../../test/ground/server.ts'
import { temporaryFolder } from '../../../../test/ground/temporary.ts'

type Meddle = (request: ReceivedRequest, pass: () => Promise<Reaction>) => Reaction | Promise<Reaction>

const isUpload = ({ method, path }: ReceivedRequest): boolean => method === 'POST' && path.endsWith('/images/v1')

/** A server, something between it and the command that may meddle with uploads, and a folder of pictures. */
const ground = async (imageCount: number) => {
  const server = await startServer({ listen: true })
  let meddle: Meddle = (_, pass) => pass()
  let uploads = 0
  const between = await testReceiver({
    respond: async (request) => {
      const pass = async (): Promise<Reaction> => {
        const { host: _host, connection: _connection, 'content-length': _length, ...headers } = request.headers
        const response = await fetch(`${server.url}${request.path}`, {
          method: request.method,
          headers: Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
          ...(request.method === 'GET' ? {} : { body: Buffer.from(request.body) }),
        })
        const { 'content-encoding': _encoding, ...sent } = Object.fromEntries(response.headers)
        return answer(response.status, new Uint8Array(await response.arrayBuffer()), sent)
      }
      if (!isUpload(request)) return pass()
      uploads += 1
      return meddle(request, pass)
    },
  })
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'photos', 'below'), { recursive: true })
  const { bytes } = await sampleImage('drawing')
  const write = (name: string, text = ''): void =>
    writeFileSync(join(folder, name), `${Buffer.from(bytes).toString()}${text}`)
  for (let at = 1; at <= imageCount; at++)
    write(`photos/${at % 2 === 0 ? 'below/' : ''}image ${at}.svg`, `<!-- ${at} -->`)
  const environment = {
    IMAGEHOOKS_URL: between.url,
    IMAGEHOOKS_ACCOUNT_ID: testAccount.accountId,
    IMAGEHOOKS_API_TOKEN: testAccount.apiToken,
    IMAGEHOOKS_STATE_DIR: join(folder, 'state'),
  }
  return {
    server,
    folder,
    environment,
    write,
    path: (name: string) => join(folder, name),
    between,
    meddleBy(next: Meddle) {
      meddle = next
    },
    uploads: () => uploads,
    /** Runs it as a process of its own, which may be killed. */
    start: (words: readonly string[], started?: (kill: (signal?: NodeJS.Signals) => void) => void) =>
      run(['images', 'upload', ...words], { folder, environment, ...(started && { started }) }),
    /** Runs it here. */
    upload: (...words: string[]) => runHere(['images', 'upload', ...words], { environment }),
    /** The names of all images at the server. */
    async names(): Promise<string[]> {
      const { result } = await server.call('GET', '/images/v2?per_page=1000')
      return result.images.map(({ filename }: { filename: string }) => filename).toSorted()
    },
    journals: () => readdirSync(folder, { recursive: true }).filter((name) => String(name).endsWith('.jsonl')),
  }
}

const namesOf = (count: number): string[] => Array.from({ length: count }, (_, at) => `image ${at + 1}.svg`).toSorted()

const linesOf = (printed: string) =>
  printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

describe('an upload that is ended goes on, and each image is there once', () => {
  test('killed after the server has committed an image and before the journal knows, and once more half-way', async () => {
    const { start, meddleBy, uploads, names, journals } = await ground(14)
    let kill: (signal?: NodeJS.Signals) => void = () => {}
    const words = ['photos', '-r', '--concurrency', '3', '--meta', 'album=summer']
    const take = (given: typeof kill): void => {
      kill = given
    }
    meddleBy(async (_, pass) => {
      const isFifth = uploads() === 5
      const passed = await pass()
      if (isFifth) kill()
      return passed
    })
    expect((await start(words, take)).code).toBe('SIGKILL')
    const afterFirst = (await names()).length
    expect(afterFirst).toBeGreaterThanOrEqual(5)

    meddleBy((_, pass) => {
      if (uploads() === 9) kill()
      return pass()
    })
    expect((await start(words, take)).code).toBe('SIGKILL')

    meddleBy((_, pass) => pass())
    const last = await start([...words, '--json'])
    expect(last.code).toBe(0)
    const results = linesOf(last.printed)
    expect(results).toHaveLength(14)
    expect(new Set(results.map(({ id }) => id)).size).toBe(14)
    expect(results.some(({ status }) => status === 'present')).toBe(true)
    expect(await names()).toEqual(namesOf(14))
    // Nothing is left undone, so nothing is kept.
    expect(journals()).toEqual([])
  })

  test('by Ctrl-C: what is on its way is finished, the exit code says that it is not whole', async () => {
    const { start, meddleBy, uploads, names } = await ground(12)
    let kill: (signal?: NodeJS.Signals) => void = () => {}
    meddleBy((_, pass) => {
      if (uploads() === 3) kill('SIGINT')
      return pass()
    })
    const words = ['photos', '-r', '--concurrency', '1']
    const stopped = await start(words, (given) => {
      kill = given
    })
    expect(stopped).toMatchObject({ code: 130, said: expect.stringContaining('the same command goes on from here') })
    const there = await names()
    expect(there.length).toBeLessThan(12)
    expect(stopped.printed.trim().split('\n')).toHaveLength(there.length)
    expect((await start(words)).code).toBe(0)
    expect(await names()).toEqual(namesOf(12))
  })

  test('by Ctrl-C while the server is waited for: nobody waits any longer', async () => {
    const { folder, environment, meddleBy, names } = await ground(2)
    meddleBy(() => answer(503, '{}', { 'retry-after': '300' }))
    const waiting = startCommand(['images', 'upload', 'photos', '-r', '--json'], { folder, environment })
    await waiting.shows(/Trying again/)
    waiting.signal('SIGINT')
    expect(await waiting.ended).toBe(130)
    expect(waiting.said()).toContain('Stopped with 2 images to go')
    expect(await names()).toEqual([])
  })

  test('also when the server has forgotten the keys: what it has is found by its name and its bytes', async () => {
    const { server, path, upload, names, write } = await ground(3)
    write('first.svg')
    const words = ['--journal', path('done.jsonl'), '--json']
    expect((await upload(path('first.svg'), ...words)).code).toBe(0)
    // A run that was ended a day ago had all three on their way; the server took the first, and has another third.
    const files = ['photos/image 1.svg', 'photos/below/image 2.svg', 'photos/image 3.svg'].map(path)
    for (const file of files) {
      const { size, mtimeMs } = statSync(file)
      const mark = JSON.stringify([file, size, mtimeMs, null])
      const line = { mark, key: `key of ${file}`, at: Date.now() - 25 * 3_600_000 }
      appendFileSync(path('done.jsonl'), `${JSON.stringify(line)}\n`)
    }
    const { result } = await server.upload(readFileSync(files[0] ?? ''), 'image 1.svg')
    await server.upload(readFileSync(path('first.svg')), 'image 3.svg')
    const { printed, code } = await upload(...files, ...words, '--concurrency', '1')
    expect(code).toBe(0)
    expect(linesOf(printed).map(({ status, id }) => [status, id === result.id])).toEqual([
      ['present', true],
      ['uploaded', false],
      ['uploaded', false],
    ])
    expect(await names()).toEqual(['first.svg', 'image 1.svg', 'image 2.svg', 'image 3.svg', 'image 3.svg'])
  })

  test('and what is done stands in a journal that stays, where one is named', async () => {
    const { path, upload, uploads, write } = await ground(2)
    const words = [path('photos'), '-r', '--journal', path('done.jsonl'), '--json', '--concurrency', '1']
    expect(linesOf((await upload(...words)).printed).map(({ status }) => status)).toEqual(['uploaded', 'uploaded'])
    write('photos/new.svg')
    const again = await upload(...words)
    expect(linesOf(again.printed).map(({ file, status }) => [file.split('/').at(-1), status])).toEqual([
      ['image 2.svg', 'present'],
      ['image 1.svg', 'present'],
      ['new.svg', 'uploaded'],
    ])
    expect(uploads()).toBe(3)
    expect(statSync(path('done.jsonl')).mode & 0o777).toBe(0o600)
    const other = await upload(...words, '--creator', 'ada')
    expect(other).toMatchObject({ code: 1, said: expect.stringContaining('choose another file with --journal') })
    // A line that was cut off when the process was killed is no line.
    appendFileSync(path('done.jsonl'), '{"mark":"[')
    write('photos/newer.svg')
    expect((await upload(...words)).code).toBe(0)
    expect(uploads()).toBe(4)
    expect((await upload(...words)).code).toBe(0)
    expect(uploads()).toBe(4)
  })
})

describe('an upload', () => {
  test('without a journal uploads the same file once more, as it was told', async () => {
    const { path, upload, names } = await ground(1)
    for (let times = 0; times < 2; times++) expect((await upload(path('photos'), '-r')).code).toBe(0)
    expect(await names()).toEqual(['image 1.svg', 'image 1.svg'])
  })

  test('gives names as ids below the folder, and knows its own images by their bytes', async () => {
    const { path, upload, server, write, uploads } = await ground(3)
    const words = ['-r', '--id-from-name', '--id-prefix', 'albums/', '--creator', 'ada', '--json', '--concurrency', '1']
    const first = await upload(path('photos'), ...words)
    expect(linesOf(first.printed).map(({ id }) => id)).toEqual([
      'albums/below/image 2.svg',
      'albums/image 1.svg',
      'albums/image 3.svg',
    ])
    const { result } = await server.call('GET', `/images/v1/${encodeURIComponent('albums/image 1.svg')}`)
    expect(result).toMatchObject({ creator: 'ada', filename: 'image 1.svg' })
    write('photos/image 3.svg', 'other bytes')
    const second = await upload(path('photos'), ...words)
    expect(second.code).toBe(1)
    expect(linesOf(second.printed).map(({ status }) => status)).toEqual(['present', 'present', 'failed'])
    expect(second.said).toMatch(/image 3\.svg: .*\n {4}→ choose another id, or delete the image that has it\n/)
    expect(uploads()).toBe(6)
  })

  test('tells each file that fails with its mend, and sends only those again', async () => {
    const { path, upload, write, uploads, names, journals } = await ground(2)
    writeFileSync(path('photos/broken.png'), 'no picture')
    writeFileSync(path('photos/large.png'), Buffer.alloc(10 * 1024 * 1024 + 1))
    writeFileSync(path('photos/read me.txt'), 'no picture either')
    const failed = await upload(path('photos'), '-r')
    expect(failed.code).toBe(1)
    expect(failed.printed.split('\n').filter(Boolean)).toHaveLength(2)
    expect(failed.said).toContain('1 other file was passed over')
    expect(failed.said).toContain('2 failed:')
    expect(failed.said).toMatch(/broken\.png: .*\n {4}→ make a PNG, JPEG/)
    expect(failed.said).toMatch(/large\.png: It has 10\.5 MB; .*\n {4}→ mend the file/)
    expect(uploads()).toBe(3)
    rmSync(path('photos/large.png'))
    write('photos/broken.png')
    expect((await upload(path('photos'), '-r')).code).toBe(0)
    expect(uploads()).toBe(4)
    expect(await names()).toEqual(['broken.png', ...namesOf(2)])
    expect(journals()).toEqual([])
  })

  test('waits for a server that is busy, and makes one image of what it sends again', async () => {
    const { path, environment, meddleBy, uploads, names } = await ground(1)
    meddleBy(async (_, pass) => {
      if (uploads() === 1) return answer(429, '{}', { 'retry-after': '0' })
      const passed = await pass()
      // It has taken the image, and the answer is lost.
      return uploads() === 2 ? answer(503, '{}', { 'retry-after': '0' }) : passed
    })
    const { code, said } = await runHere(['images', 'upload', path('photos'), '-r'], { environment, columns: 100 })
    expect(code).toBe(0)
    expect(said.match(/Trying again …/g)).toHaveLength(1)
    expect([uploads(), await names()]).toEqual([3, ['image 1.svg']])
  })

  test('that meets what every other would meet as well tries no more, and says how far it came', async () => {
    const { path, upload, meddleBy, uploads, names } = await ground(9)
    const revoked = { success: false, result: null, errors: [{ code: 10000, message: 'Authentication error.' }] }
    meddleBy((_, pass) => (uploads() > 2 ? answer(403, JSON.stringify(revoked)) : pass()))
    const words = [path('photos'), '-r', '--concurrency', '1']
    const { code, said } = await upload(...words)
    expect(code).toBe(1)
    expect(said).toMatch(
      /Uploaded 2 images[^]*Stopped with 7 images to go[^]*error: Authentication error\. The token is from/,
    )
    expect(uploads()).toBe(3)
    meddleBy((_, pass) => pass())
    expect((await upload(...words)).code).toBe(0)
    expect(await names()).toEqual(namesOf(9))
  })

  test('lets the server fetch', async () => {
    const { upload, server } = await ground(0)
    const { bytes } = await sampleImage('webp')
    const source = await testReceiver({ respond: () => answer(200, bytes) })
    const words = ['--from-url', `${source.url}/a/caf%C3%A9.webp`, '--id-from-name', '--id-prefix', 'fetched/']
    const { code, printed } = await upload(...words)
    expect([code, printed.split('\t')[0]]).toEqual([0, 'fetched/café.webp'])
    expect((await server.call('GET', '/images/v1/stats')).result.count.current).toBe(1)
  })

  test('on a terminal shows a bar, the few images with their addresses, and how it ended', async () => {
    const { path, environment } = await ground(3)
    const { code, printed, said } = await runHere(['images', 'upload', path('photos'), '-r'], {
      environment,
      columns: 100,
    })
    expect(code).toBe(0)
    expect(stripVTControlCharacters(printed).match(/✓ .*image \d\.svg {2}.*\n {2}.*http.*\/public/g)).toHaveLength(3)
    expect(said).toContain('1 of 3 images')
    // The bar is wiped away before the last words.
    const drawn = said.split('\u001B[K').map(stripVTControlCharacters)
    expect(drawn).toContainEqual(expect.stringMatching(/^Uploaded 3 images \(\d+ B\)/))
  })

  test.each<[string[], RegExp]>([
    [[], /nothing to upload: name files/],
    [['photos'], /photos is a folder; say --recursive/],
    [['nowhere.png'], /There is no file .*nowhere\.png/],
    [['photos', '-r', '--id', 'a'], /--id is for one image, and there are 2/],
    [['photos/image 1.svg', '--id', 'variants/a'], /The id "variants\/a" of .* must not begin with the API path/],
    [['photos/image 1.svg', '--id', 'a', '--require-signed-urls'], /cannot require signed URLs/],
    [['photos/image 1.svg', 'copy/image 1.svg', '--id-from-name'], /would both have the id "image 1\.svg"/],
    [['photos/image 1.svg', '--meta', 'novalue'], /--meta must be written as name=text/],
    [['photos/image 1.svg', '--meta', 'a:={'], /--meta a:= takes JSON/],
    [['photos/image 1.svg', '--metadata', '[1]'], /--metadata must be one JSON object/],
    [['photos/image 1.svg', '--metadata', '{}', '--meta', 'a=1'], /either --meta or --metadata/],
    [['photos/image 1.svg', '--meta', `a=${'x'.repeat(1100)}`], /Metadata may have 1024 bytes/],
    [['photos/image 1.svg', '--creator', 'a\u0007'], /--creator must be/],
    [['photos/image 1.svg', '--concurrency', '99'], /--concurrency must be a whole number from 1 to 32/],
    [['--from-url', 'ftp://x/y.png'], /--from-url must be a complete URL/],
  ])('with %j is refused before anything is sent', async (words, sentence) => {
    const { folder, environment, between, write } = await ground(2)
    mkdirSync(join(folder, 'copy'))
    write('copy/image 1.svg')
    const placed = words.map((word) => (/^(photos|copy|nowhere)/.test(word) ? join(folder, word) : word))
    const { code, said } = await runHere(['images', 'upload', ...placed], { environment })
    expect([code, said]).toEqual([1, expect.stringMatching(sentence)])
    expect(between.received).toEqual([])
  })

  test('of a server that is not there, or does not let it in, says so at once and sends nothing', async () => {
    const { path, environment, folder } = await ground(1)
    const upload = (more: Record<string, string>) =>
      runHere(['images', 'upload', path('photos'), '-r'], { environment: { ...environment, ...more } })
    const nobody = await testReceiver()
    await nobody.close()
    expect((await upload({ IMAGEHOOKS_URL: nobody.url })).said).toMatch(
      /Nothing listens at .*\(IMAGEHOOKS_URL\)\. Start/,
    )
    expect((await upload({ IMAGEHOOKS_API_TOKEN: 'wrong' })).said).toMatch(/The token is from IMAGEHOOKS_API_TOKEN/)
    expect(readdirSync(folder)).not.toContain('state')
    expect(readFileSync(path('photos/image 1.svg'), 'utf8')).toContain('<svg')
  })
})
