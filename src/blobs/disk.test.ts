import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { powerCut } from '../../test/fixtures/power-cut.ts'
import { fakeClock } from '../../test/ground/fake-clock.ts'
import { temporaryFolder } from '../../test/ground/temporary.ts'
import { systemRandom } from '../domain/random.ts'
import type { BlobStore } from './blob-store.ts'
import { describeBlobStore } from './conformance.ts'
import { openDiskBlobStore } from './disk.ts'
import { type FileSystem, localFiles, type NewFile } from './file-system.ts'

const openIn = (folder: string, files: FileSystem = localFiles, clock = fakeClock(Date.now())): Promise<BlobStore> =>
  openDiskBlobStore({ folder, clock, random: systemRandom, files })

describeBlobStore('disk', async () => {
  const clock = fakeClock(Date.now())
  return { store: await openIn(temporaryFolder(), localFiles, clock), advance: clock.advance }
})

async function* chunks(...parts: string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part)
}

const plenty = { maxBytes: 1_000_000 }
const hourMs = 3_600_000

const failure = (code: string): Error => Object.assign(new Error(`${code}: made by the test`), { code })

/** The machine's files, with some of a new file's steps replaced. */
const withFile = (change: (file: NewFile) => Partial<NewFile>): FileSystem => ({
  ...localFiles,
  async createFile(path) {
    const file = await localFiles.createFile(path)
    return { ...file, ...change(file) }
  },
})

describe('disk blob store', () => {
  it('keeps blobs in folders by their key, readable by their owner only', async () => {
    const folder = temporaryFolder()
    const store = await openIn(folder)
    const temporary = await store.createTemporary(chunks('bytes'), plenty)
    const key = await temporary.makePermanent()
    const path = join(folder, 'blobs', key.slice(0, 2), key)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect((await stat(join(folder, 'blobs'))).mode & 0o777).toBe(0o700)
    expect((await stat(join(path, '..'))).mode & 0o777).toBe(0o700)
    expect(await readdir(join(folder, 'blobs', 'tmp'))).toEqual([])
  })

  it('finds its blobs again after a restart, and ignores files that are not its own', async () => {
    const folder = temporaryFolder()
    const key = await (await (await openIn(folder)).createTemporary(chunks('bytes'), plenty)).makePermanent()
    await writeFile(join(folder, 'blobs', 'README'), 'not a blob')
    await mkdir(join(folder, 'blobs', 'ab', 'cd'), { recursive: true })
    await writeFile(join(folder, 'blobs', 'ab', 'cd', 'notes.txt'), 'not a blob')
    await writeFile(join(folder, 'blobs', 'tmp', 'notes.txt'), 'not a temporary')
    const clock = fakeClock(Date.now() + hourMs)
    const store = await openIn(folder, localFiles, clock)
    expect(Buffer.from((await store.readAll(key, 100)) ?? []).toString()).toBe('bytes')
    const found: string[] = []
    for await (const blob of store.list({ olderThanMs: 0 })) found.push(blob.key)
    expect(found).toEqual([key])
    expect(await store.sweepTemporaries(0)).toBe(0)
  })

  it('sweeps what a crash left, once it is old enough', async () => {
    const folder = temporaryFolder()
    const clock = fakeClock(Date.now())
    const crashed = await openIn(folder, localFiles, clock)
    const leftover = await crashed.createTemporary(chunks('half an upload'), plenty)
    const restarted = await openIn(folder, localFiles, clock)
    clock.advance(hourMs)
    expect(await restarted.sweepTemporaries(2 * hourMs)).toBe(0)
    expect(await restarted.sweepTemporaries(hourMs)).toBe(1)
    expect(await readdir(join(folder, 'blobs', 'tmp'))).toEqual([])
    await leftover.discard()
  })

  it('gives a reader who has begun all bytes, also when the blob is removed meanwhile', async () => {
    const store = await openIn(temporaryFolder())
    const key = await (await store.createTemporary(chunks('bytes'), plenty)).makePermanent()
    const stored = await store.read(key)
    await store.remove(key)
    expect(await new Response(stored?.body).text()).toBe('bytes')
  })

  it.each(['ENOSPC', 'EDQUOT', 'EMFILE'])('says unavailable at %s and leaves nothing', async (code) => {
    const folder = temporaryFolder()
    const full = withFile(() => ({ write: () => Promise.reject(failure(code)) }))
    const store = await openIn(folder, full)
    await expect(store.createTemporary(chunks('bytes'), plenty)).rejects.toMatchObject({ code: 'unavailable' })
    expect(await readdir(join(folder, 'blobs', 'tmp'))).toEqual([])
  })

  it('passes on other faults of the disk as they are', async () => {
    const broken = withFile(() => ({ write: () => Promise.reject(failure('EIO')) }))
    const store = await openIn(temporaryFolder(), broken)
    await expect(store.createTemporary(chunks('bytes'), plenty)).rejects.toMatchObject({ code: 'EIO' })
  })

  it.each([
    ['the file cannot be synced', withFile(() => ({ sync: () => Promise.reject(failure('EIO')) }))],
    ['the file cannot be renamed', { ...localFiles, rename: () => Promise.reject(failure('EIO')) }],
  ])('keeps nothing when %s, and can then be discarded', async (_, files) => {
    const folder = temporaryFolder()
    const store = await openIn(folder, files)
    const temporary = await store.createTemporary(chunks('bytes'), plenty)
    await expect(temporary.makePermanent()).rejects.toMatchObject({ code: 'EIO' })
    await temporary.discard()
    expect(await readdir(join(folder, 'blobs', 'tmp'))).toEqual([])
    for await (const blob of store.list({ olderThanMs: -hourMs })) throw new Error(`kept ${blob.key}`)
  })

  it('tries a folder again that could not be made at first', async () => {
    let refusals = 0
    const files: FileSystem = {
      ...localFiles,
      async makeFolder(path) {
        if (!path.endsWith('blobs') && !path.endsWith('tmp') && refusals++ === 0) throw failure('EIO')
        await localFiles.makeFolder(path)
      },
    }
    const store = await openDiskBlobStore({
      folder: temporaryFolder(),
      clock: fakeClock(),
      random: { bytes: (count) => new Uint8Array(count).fill(7), fraction: () => 0 },
      files,
    })
    const first = await store.createTemporary(chunks('bytes'), plenty)
    await expect(first.makePermanent()).rejects.toMatchObject({ code: 'EIO' })
    await first.discard()
    const key = await (await store.createTemporary(chunks('bytes'), plenty)).makePermanent()
    expect(key).toBe('07'.repeat(16))
  })

  it('says in a sentence why it is not healthy', async () => {
    const full = withFile(() => ({ sync: () => Promise.reject(failure('ENOSPC')) }))
    const health = await (await openIn(temporaryFolder(), full)).healthy()
    expect(health).toEqual({ ok: false, reason: expect.stringContaining('ENOSPC') })
    const forgetful = withFile(() => ({ write: () => Promise.resolve() }))
    expect((await (await openIn(temporaryFolder(), forgetful)).healthy()).ok).toBe(false)
  })
})

const isPermanent = (path: string): boolean => /^\/blobs\/[0-9a-f]{2}\/[0-9a-f]{32}$/.test(path)
const isTemporary = (path: string): boolean => path.startsWith('/blobs/tmp/')

/** Uploads twice and answers the keys that were acknowledged before the power went. */
const uploadTwice = async (folder: string, files: FileSystem): Promise<string[]> => {
  const acknowledged: string[] = []
  try {
    const store = await openIn(folder, files)
    for (const part of ['first', 'second']) {
      const temporary = await store.createTemporary(chunks(part, ' upload'), plenty)
      try {
        acknowledged.push(await temporary.makePermanent())
      } finally {
        await temporary.discard()
      }
    }
  } catch (error) {
    if (!String(error).includes('the power is gone')) throw error
  }
  return acknowledged
}

describe('disk blob store after a power cut', () => {
  it('has every acknowledged blob, whole, wherever the power went', async () => {
    const whole = temporaryFolder()
    const rehearsal = powerCut(whole)
    expect(await uploadTwice(whole, rehearsal.files)).toHaveLength(2)
    for (let step = 0; step <= rehearsal.stepCount(); step++) {
      const folder = temporaryFolder()
      const cut = powerCut(folder)
      cut.cutAt(step)
      const acknowledged = await uploadTwice(folder, cut.files)
      const survivors = cut.survivors()
      for (const key of acknowledged) {
        const kept = survivors.get(`/blobs/${key.slice(0, 2)}/${key}`)
        expect(kept?.toString()).toMatch(/^(first|second) upload$/)
      }
      const others = [...survivors.keys()].filter((path) => !isPermanent(path) && !isTemporary(path))
      expect(others).toEqual([])
      const permanent = [...survivors].filter(([path]) => isPermanent(path))
      expect(permanent.length).toBeLessThanOrEqual(acknowledged.length + 1)
      expect(permanent.every(([, bytes]) => bytes?.toString().endsWith(' upload'))).toBe(true)
    }
  })

  it('is judged by a rule that notices a missing sync', async () => {
    const folder = temporaryFolder()
    const cut = powerCut(folder)
    const [key = ''] = await uploadTwice(folder, { ...cut.files, syncFolder: () => Promise.resolve() })
    expect(key).toMatch(/^[0-9a-f]{32}$/)
    expect([...cut.survivors()]).toEqual([])
  })
})
