import { createHash, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import type { BlobKey, BlobStore, ListedBlob } from './blob-store.ts'

/** A store for one test, empty and its own; whoever makes it removes it when the test has ended. */
export type BlobStoreUnderTest = {
  store: BlobStore
  /** Moves the clock that the store was given, which starts at the machine's present. */
  advance(ms: number): void
}

const hourMs = 3_600_000
const plenty = { maxBytes: 10_000_000 }

/** The bytes in pieces, as they come from a network, and whether the reader told the source to stop. */
const inPieces = (bytes: Uint8Array, pieceBytes = 65_536) => {
  let stopped = false
  async function* pieces(): AsyncGenerator<Uint8Array> {
    try {
      for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes)
    } finally {
      stopped = true
    }
  }
  return { source: pieces(), stopped: () => stopped }
}

const everything = async (stream: ReadableStream<Uint8Array>): Promise<Buffer> => {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const listed = async (store: BlobStore, olderThanMs = 0): Promise<ListedBlob[]> => {
  const found: ListedBlob[] = []
  for await (const blob of store.list({ olderThanMs })) found.push(blob)
  return found
}

const keep = async (store: BlobStore, bytes: Uint8Array): Promise<BlobKey> =>
  (await store.createTemporary(inPieces(bytes).source, plenty)).makePermanent()

const expectNothingLeft = async ({ store, advance }: BlobStoreUnderTest): Promise<void> => {
  advance(hourMs)
  expect(await store.sweepTemporaries(0)).toBe(0)
  expect(await listed(store)).toEqual([])
}

/** What every driver of the blob store must do. `create` is called once in each test. */
export const describeBlobStore = (name: string, create: () => Promise<BlobStoreUnderTest>): void => {
  describe(`blob store on ${name}`, () => {
    it.each([0, 1, 4096, 65_536, 300_001])('keeps %i bytes and gives them back, with size and digest', async (size) => {
      const { store } = await create()
      const bytes = randomBytes(size)
      const temporary = await store.createTemporary(inPieces(bytes).source, plenty)
      expect(temporary.sizeBytes).toBe(size)
      expect(temporary.digest).toBe(createHash('sha256').update(bytes).digest('hex'))
      const key = await temporary.makePermanent()
      const stored = await store.read(key)
      expect(stored?.sizeBytes).toBe(size)
      expect(stored && (await everything(stored.body)).equals(bytes)).toBe(true)
      expect(Buffer.from((await store.readAll(key, size)) ?? []).equals(bytes)).toBe(true)
    })

    it('keeps what is too large for one request, and gives back any part of it', async () => {
      const made = await create()
      const bytes = randomBytes(17 * 1024 * 1024 + 1)
      const temporary = await made.store.createTemporary(inPieces(bytes).source, { maxBytes: bytes.length })
      const key = await temporary.makePermanent()
      const stored = await made.store.read(key)
      expect(stored?.sizeBytes).toBe(bytes.length)
      expect(stored && (await everything(stored.body)).equals(bytes)).toBe(true)
      const [start, end] = [8 * 1024 * 1024 - 5, 16 * 1024 * 1024 + 5]
      const part = await made.store.read(key, { start, end })
      expect(part && (await everything(part.body)).equals(bytes.subarray(start, end))).toBe(true)
      await made.store.remove(key)
      await expectNothingLeft(made)
    })

    it('sees at once what is kept and what is removed', async () => {
      const { store } = await create()
      for (let round = 0; round < 5; round++) {
        const key = await keep(store, randomBytes(100))
        expect((await listed(store)).map((blob) => blob.key)).toEqual([key])
        expect((await store.readAll(key, 100))?.length).toBe(100)
        await store.remove(key)
        expect(await store.read(key)).toBe(undefined)
        expect(await listed(store)).toEqual([])
      }
    })

    it('reads a range of an empty blob as nothing', async () => {
      const { store } = await create()
      const stored = await store.read(await keep(store, randomBytes(0)), { start: 0, end: 10 })
      expect(stored?.sizeBytes).toBe(0)
      expect(stored && (await everything(stored.body)).length).toBe(0)
    })

    it('shows a temporary’s bytes as a local file, to be looked at before they are kept', async () => {
      const { store } = await create()
      const bytes = randomBytes(100_000)
      const temporary = await store.createTemporary(inPieces(bytes).source, plenty)
      expect((await readFile(temporary.path)).equals(bytes)).toBe(true)
      await temporary.discard()
      await expect(readFile(temporary.path)).rejects.toMatchObject({ code: 'ENOENT' })
    })

    it('accepts exactly the limit, refuses a byte more, stops the source and leaves nothing', async () => {
      const made = await create()
      const accepted = await made.store.createTemporary(inPieces(randomBytes(5000), 1000).source, { maxBytes: 5000 })
      expect(accepted.sizeBytes).toBe(5000)
      await accepted.discard()
      const { source, stopped } = inPieces(randomBytes(9000), 1000)
      const refusal = { code: 'image_too_large', pointer: 'file' }
      await expect(made.store.createTemporary(source, { maxBytes: 4999 })).rejects.toMatchObject(refusal)
      expect(stopped()).toBe(true)
      await expectNothingLeft(made)
    })

    it('passes on what the source throws and leaves nothing', async () => {
      const made = await create()
      const fault = new Error('the line broke')
      async function* broken(): AsyncGenerator<Uint8Array> {
        yield randomBytes(1000)
        throw fault
      }
      await expect(made.store.createTemporary(broken(), plenty)).rejects.toBe(fault)
      await expectNothingLeft(made)
    })

    it('ends an upload at a signal, even while the source is silent, and leaves nothing', async () => {
      const made = await create()
      const controller = new AbortController()
      async function* silent(): AsyncGenerator<Uint8Array> {
        yield randomBytes(1000)
        queueMicrotask(() => controller.abort(new Error('gone')))
        await new Promise(() => undefined)
      }
      const upload = made.store.createTemporary(silent(), { ...plenty, signal: controller.signal })
      await expect(upload).rejects.toThrow('gone')
      await expect(made.store.createTemporary(silent(), { ...plenty, signal: controller.signal })).rejects.toThrow(
        'gone',
      )
      await expectNothingLeft(made)
    })

    it('accepts an upload whose signal stays silent', async () => {
      const { store } = await create()
      const { signal } = new AbortController()
      const temporary = await store.createTemporary(inPieces(randomBytes(2000), 100).source, { ...plenty, signal })
      expect(temporary.sizeBytes).toBe(2000)
      await temporary.discard()
    })

    it('gives equal bytes keys of their own', async () => {
      const { store } = await create()
      const bytes = randomBytes(500)
      const keys = await Promise.all([keep(store, bytes), keep(store, bytes)])
      expect(new Set(keys).size).toBe(2)
      await store.remove(keys[0])
      expect(await store.readAll(keys[0], 500)).toBe(undefined)
      expect(Buffer.from((await store.readAll(keys[1], 500)) ?? []).equals(bytes)).toBe(true)
    })

    it('lets a temporary be discarded twice, and cannot keep it after', async () => {
      const made = await create()
      const temporary = await made.store.createTemporary(inPieces(randomBytes(500)).source, plenty)
      await temporary.discard()
      await temporary.discard()
      await expect(temporary.makePermanent()).rejects.toThrow('discarded')
      await expectNothingLeft(made)
    })

    it('answers the same key when asked to keep twice, and a late discard takes nothing away', async () => {
      const { store } = await create()
      const temporary = await store.createTemporary(inPieces(randomBytes(500)).source, plenty)
      const [one, two] = await Promise.all([temporary.makePermanent(), temporary.makePermanent()])
      expect(one).toBe(two)
      await temporary.discard()
      expect(await temporary.makePermanent()).toBe(one)
      expect((await store.readAll(one, 500))?.length).toBe(500)
      expect((await listed(store)).map(({ key }) => key)).toEqual([one])
    })

    it('answers that there is nothing under an unknown key, and removes it without complaint', async () => {
      const { store } = await create()
      const key = await keep(store, randomBytes(10))
      await store.remove(key)
      await store.remove(key)
      expect(await store.read(key)).toBe(undefined)
      expect(await store.read(key, { start: 0, end: 5 })).toBe(undefined)
      expect(await store.read(key, { start: 5, end: 5 })).toBe(undefined)
      expect(await store.readAll(key, 10)).toBe(undefined)
    })

    it.each(['', '.', '../../etc/passwd', 'A'.repeat(32), 'a'.repeat(31), `${'a'.repeat(32)}/`, `${'a'.repeat(32)}\n`])(
      'throws for the key %j, which it never made',
      async (key) => {
        const { store } = await create()
        await expect(store.read(key)).rejects.toThrow('not a blob key')
        await expect(store.readAll(key, 10)).rejects.toThrow('not a blob key')
        await expect(store.remove(key)).rejects.toThrow('not a blob key')
      },
    )

    it.each([
      [0, 10],
      [999, 1000],
      [65_535, 65_537],
      [100_000, 200_000],
      [150_000, 150_000],
      [199_999, 1_000_000],
      [200_000, 200_001],
      [300_000, 400_000],
      [50, 20],
    ])('reads the range from %i up to %i', async (start, end) => {
      const { store } = await create()
      const bytes = randomBytes(200_000)
      const stored = await store.read(await keep(store, bytes), { start, end })
      expect(stored?.sizeBytes).toBe(200_000)
      expect(stored && (await everything(stored.body)).equals(bytes.subarray(start, end))).toBe(true)
    })

    it('lets a reader leave early', async () => {
      const { store } = await create()
      const stored = await store.read(await keep(store, randomBytes(400_000)))
      const reader = stored?.body.getReader()
      expect((await reader?.read())?.value?.length).toBeGreaterThan(0)
      await reader?.cancel()
      expect((await reader?.read())?.done).toBe(true)
    })

    it('does not take more into memory than it is told', async () => {
      const { store } = await create()
      const key = await keep(store, randomBytes(1000))
      await expect(store.readAll(key, 999)).rejects.toThrow('over 999 bytes')
    })

    it('lists what is kept and old enough, with the time it was kept, and no temporaries', async () => {
      const { store, advance } = await create()
      const early = await keep(store, randomBytes(10))
      advance(2 * hourMs)
      const late = await keep(store, randomBytes(10))
      const temporary = await store.createTemporary(inPieces(randomBytes(10)).source, plenty)
      advance(hourMs)
      const all = await listed(store)
      expect(all.map(({ key }) => key).toSorted()).toEqual([early, late].toSorted())
      expect((await listed(store, 2.5 * hourMs)).map(({ key }) => key)).toEqual([early])
      expect(await listed(store, 4 * hourMs)).toEqual([])
      expect(all.every(({ createdAt }) => Number.isInteger(createdAt))).toBe(true)
      await temporary.discard()
    })

    it('never sweeps a temporary that is in use', async () => {
      const { store, advance } = await create()
      const temporary = await store.createTemporary(inPieces(randomBytes(10)).source, plenty)
      advance(48 * hourMs)
      expect(await store.sweepTemporaries(0)).toBe(0)
      expect((await store.readAll(await temporary.makePermanent(), 10))?.length).toBe(10)
    })

    it('keeps many uploads at once apart', async () => {
      const { store } = await create()
      const uploads = Array.from({ length: 24 }, (_, index) => randomBytes(1000 + index * 5000))
      const keys = await Promise.all(uploads.map((bytes) => keep(store, bytes)))
      expect(new Set(keys).size).toBe(uploads.length)
      for (const [index, key] of keys.entries())
        expect(uploads[index]?.equals((await store.readAll(key, 1_000_000)) ?? Buffer.alloc(0))).toBe(true)
    })

    it('is healthy, and leaves nothing behind by saying so', async () => {
      const made = await create()
      expect(await made.store.healthy()).toEqual({ ok: true })
      await expectNothingLeft(made)
    })
  })
}
