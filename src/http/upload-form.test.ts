import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { fakeClock, type FakeClock } from '../../test/ground/fake-clock.ts'
import { readUploadForm, type UploadForm } from './upload-form.ts'

type Kept = { readonly bytes: Buffer; discard(): Promise<void> }

/** A stand-in for the blob store: counts what was kept and what is left. */
const shelf = () => {
  const kept = new Set<Kept>()
  const receive = async (stream: Readable): Promise<Kept> => {
    const chunks: Uint8Array[] = []
    for await (const chunk of stream) chunks.push(chunk)
    const item: Kept = {
      bytes: Buffer.concat(chunks),
      async discard() {
        kept.delete(item)
      },
    }
    kept.add(item)
    return item
  }
  return { kept, receive }
}

type Part = { name?: string; filename?: string; type?: string; value: string | Buffer; head?: string }

const encode = (parts: readonly Part[], boundary = 'b', end = `--${boundary}--\r\n`): Buffer =>
  Buffer.concat([
    ...parts.flatMap(({ name, filename, type, value, head }) => [
      Buffer.from(
        `--${boundary}\r\n${
          head ??
          `content-disposition: form-data${name === undefined ? '' : `; name="${name}"`}${
            filename === undefined ? '' : `; filename="${filename}"`
          }${type === undefined ? '' : `\r\ncontent-type: ${type}`}`
        }\r\n\r\n`,
      ),
      Buffer.from(value),
      Buffer.from('\r\n'),
    ]),
    Buffer.from(end),
  ])

const inChunks = (body: Buffer, size: number): Readable =>
  Readable.from(
    (function* () {
      for (let at = 0; at < body.length; at += size) yield body.subarray(at, at + size)
    })(),
    { objectMode: false },
  )

const read = (
  body: Readable,
  {
    receive,
    clock = fakeClock(),
    contentType = 'multipart/form-data; boundary=b',
  }: {
    receive: (stream: Readable) => Promise<Kept>
    clock?: FakeClock
    contentType?: string
  },
): Promise<UploadForm<Kept>> => readUploadForm({ body, contentType, receive, clock })

const endless = (chunk: Buffer, from: Buffer): Readable =>
  Readable.from(
    (function* () {
      yield from
      for (;;) yield chunk
    })(),
    { objectMode: false },
  )

const photo = { name: 'file', filename: 'photo.jpg', type: 'image/jpeg', value: 'pixels' }

describe('a form', () => {
  test.each([1, 7, 65536])('is read in pieces of %i bytes, with fields before and after the file', async (size) => {
    const { receive } = shelf()
    const body = encode([{ name: 'id', value: 'a/b' }, photo, { name: 'creator', value: 'größe' }])
    const form = await read(inChunks(body, size), { receive })
    expect(form.fields).toEqual([
      ['id', 'a/b'],
      ['creator', 'größe'],
    ])
    expect(form.file?.filename).toBe('photo.jpg')
    expect(form.file?.received.bytes.toString()).toBe('pixels')
  })

  test('that holds nothing but its end is an empty one', async () => {
    const form = await read(inChunks(encode([]), 100), shelf())
    expect(form).toEqual({ fields: [], file: undefined })
  })

  test('may name its file in UTF-8, or not at all; folders are cut off', async () => {
    const names: string[] = []
    for (const filename of ['größe 写真.jpg', '../../etc/passwd', 'C:\\photos\\a.png']) {
      const form = await read(inChunks(encode([{ ...photo, filename }]), 100), shelf())
      names.push(form.file?.filename ?? 'none')
    }
    const { filename: _, ...nameless } = { ...photo, type: 'application/octet-stream' }
    names.push((await read(inChunks(encode([nameless]), 100), shelf())).file?.filename ?? 'none')
    expect(names).toEqual(['größe 写真.jpg', 'passwd', 'a.png', ''])
  })

  test('may send a text field as a file', async () => {
    const body = encode([
      { name: 'metadata', filename: 'meta.json', type: 'application/json', value: '{"a":1}' },
      photo,
    ])
    expect((await read(inChunks(body, 100), shelf())).fields).toEqual([['metadata', '{"a":1}']])
  })

  test('of ten megabytes exactly is taken', async () => {
    const value = Buffer.alloc(10 * 1024 * 1024, 1)
    const form = await read(inChunks(encode([{ ...photo, value }]), 65536), shelf())
    expect(form.file?.received.bytes.length).toBe(value.length)
  })

  const half = encode([photo]).subarray(0, -12)
  const aborted = (): Readable => {
    const body = new Readable({ read() {} })
    body.push(half)
    setImmediate(() => body.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' })))
    return body
  }
  const manyFields = Array.from({ length: 601 }, (_, index) => ({ name: `f${index}`, value: '' }))

  test.each<[string, () => Readable, string, RegExp]>([
    [
      'a byte over ten megabytes',
      () => inChunks(encode([{ ...photo, value: Buffer.alloc(10 * 1024 * 1024 + 1) }]), 65536),
      'image_too_large',
      /10 MB/,
    ],
    [
      'a file without end',
      () => endless(Buffer.alloc(65536, 1), encode([photo], 'b', '').subarray(0, -2)),
      'image_too_large',
      /10 MB/,
    ],
    ['a preamble without end', () => endless(Buffer.alloc(65536, 1), Buffer.from('x')), 'image_too_large', /10 MB/],
    [
      'parts without end',
      () => endless(encode([{ name: 'x', value: '' }], 'b', ''), encode([photo], 'b', '')),
      'bad_request',
      /too many parts|over 600 fields/,
    ],
    [
      'nameless parts without end',
      () => endless(encode([{ head: 'x: y', value: '' }], 'b', ''), encode([photo], 'b', '')),
      'bad_request',
      /too many parts/,
    ],
    [
      'too many fields',
      () => inChunks(encode([photo, ...manyFields]), 65536),
      'bad_request',
      /too many parts|over 600 fields/,
    ],
    [
      'a field that is too long',
      () => inChunks(encode([photo, { name: 'creator', value: 'x'.repeat(9000) }]), 500),
      'bad_request',
      /creator is over 8192 bytes/,
    ],
    [
      'a field that is too long and sent as a file',
      () => inChunks(encode([photo, { name: 'metadata', filename: 'm', value: 'x'.repeat(9000) }]), 500),
      'bad_request',
      /metadata is over 8192 bytes/,
    ],
    [
      'a field without a name',
      () => inChunks(encode([photo, { value: 'x' }]), 100),
      'bad_request',
      /part without a name/,
    ],
    [
      'a field with an empty name',
      () => inChunks(encode([{ name: '', value: 'x' }, photo]), 100),
      'bad_request',
      /part without a name/,
    ],
    [
      'a file without a name',
      () => inChunks(encode([photo, { filename: 'a.png', value: 'x' }]), 100),
      'bad_request',
      /part without a name/,
    ],
    [
      'a file with an empty filename',
      () => inChunks(encode([{ name: 'file', filename: '', type: 'image/png', value: 'x' }]), 100),
      'image_format_unsupported',
      /without a filename; send it as a file/,
    ],
    ['two files', () => inChunks(encode([photo, photo]), 100), 'bad_request', /two parts named "file"/],
    [
      'a file sent as text',
      () => inChunks(encode([{ name: 'file', value: 'aGVsbG8=' }]), 100),
      'image_format_unsupported',
      /came as text/,
    ],
    ['a form that is cut off in its file', () => inChunks(half, 100), 'upload_failed', /cut off/],
    [
      'a form that is cut off after its file',
      () => inChunks(encode([photo], 'b', ''), 100),
      'upload_failed',
      /cut off/,
    ],
    [
      'a form with another boundary than it says',
      () => inChunks(encode([photo], 'c'), 100),
      'upload_failed',
      /cut off/,
    ],
    [
      'a broken part header',
      () => inChunks(encode([photo, { head: 'bad header\u0000', value: '' }]), 100),
      'upload_failed',
      /malformed/,
    ],
    ['nothing at all', () => inChunks(Buffer.alloc(0), 100), 'upload_failed', /cut off/],
    [
      'a connection that ended before',
      () => new Readable({ read() {} }).destroy(),
      'upload_aborted',
      /connection ended/,
    ],
    ['a connection that ends', aborted, 'upload_aborted', /connection ended/],
  ])('with %s is refused, and nothing of it is kept', async (_, open, code, sentence) => {
    const { kept, receive } = shelf()
    const body = open()
    await expect(read(body, { receive })).rejects.toMatchObject({ code, message: expect.stringMatching(sentence) })
    expect(kept.size).toBe(0)
    body.destroy()
  })

  test.each([
    'application/json',
    'application/x-www-form-urlencoded',
    'multipart/mixed; boundary=b',
    'multipart/form-data',
    '',
  ])('of type %j is none', async (contentType) => {
    const body = inChunks(encode([photo]), 100)
    await expect(read(body, { ...shelf(), contentType })).rejects.toMatchObject({ code: 'not_a_form' })
    body.destroy()
  })

  test('passes on why its file could not be received', async () => {
    const full = new Error('The disk is full.')
    const receive = async (): Promise<Kept> => Promise.reject(full)
    await expect(read(inChunks(encode([photo]), 3), { receive })).rejects.toBe(full)
  })

  test('that drips too slowly is ended by the clock', async () => {
    const { kept, receive } = shelf()
    const clock = fakeClock()
    const body = new Readable({ read() {} })
    body.push(half)
    const refused = read(body, { receive, clock }).catch((error: unknown) => error)
    for (let drips = 0; drips < 7; drips++) {
      body.push('x')
      clock.advance(5000)
    }
    expect(await refused).toMatchObject({
      code: 'upload_too_slow',
      message: expect.stringMatching(/ within 30 s; /),
    })
    expect(kept.size).toBe(0)
    expect(clock.pendingCount()).toBe(0)
    body.destroy()
  })
})
