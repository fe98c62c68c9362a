import { randomBytes } from 'node:crypto'
import { readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../test/ground/temporary.ts'
import { systemRandom } from '../domain/random.ts'
import { type FileSystem, localFiles } from './file-system.ts'
import { openRenditionCache, type RenditionCache } from './rendition-cache.ts'

const openIn = (folder: string, budgetBytes = 1_000_000, files: FileSystem = localFiles): Promise<RenditionCache> =>
  openRenditionCache({ folder, budgetBytes, random: systemRandom, files })

const keyOf = (image: string, rendition = 'public.webp') => ({ image, rendition })

/** The paths of all kept files. */
const kept = async (folder: string): Promise<string[]> => {
  const entries = await readdir(join(folder, 'renditions'), { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

const has = async (cache: RenditionCache, image: string): Promise<boolean> =>
  (await cache.get(keyOf(image))) !== undefined

/** A file and the header before it. */
const onDisk = (bytes: number): number => bytes + 8

describe('rendition cache', () => {
  it('gives back what was put, and nothing else', async () => {
    const cache = await openIn(temporaryFolder())
    const bytes = randomBytes(5000)
    await cache.put(keyOf('a'), bytes)
    expect(Buffer.from((await cache.get(keyOf('a')))?.bytes ?? []).equals(bytes)).toBe(true)
    expect(await cache.get(keyOf('b'))).toBe(undefined)
    expect(await cache.get(keyOf('a', 'public.avif'))).toBe(undefined)
    expect(cache.usage()).toEqual({ sizeBytes: onDisk(5000), count: 1 })
  })

  it('replaces what was put before under the same key', async () => {
    const cache = await openIn(temporaryFolder())
    await cache.put(keyOf('a'), Buffer.from('old'))
    await cache.put(keyOf('a'), Buffer.from('newer'))
    expect(Buffer.from((await cache.get(keyOf('a')))?.bytes ?? []).toString()).toBe('newer')
    expect(cache.usage()).toEqual({ sizeBytes: onDisk(5), count: 1 })
  })

  it('takes any text as a key, and shows none of it in a file name', async () => {
    const folder = temporaryFolder()
    const cache = await openIn(folder)
    await cache.put(keyOf('../../secret/\0name', 'w=1,h=2/../x'), Buffer.from('x'))
    const [path = ''] = await kept(folder)
    expect(path).toMatch(/renditions\/[0-9a-f]{2}\/[0-9a-f]{32}-[0-9a-f]{32}$/)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it('removes all renditions of one image and no other', async () => {
    const folder = temporaryFolder()
    const cache = await openIn(folder)
    await cache.put(keyOf('a', 'one'), Buffer.from('1'))
    await cache.put(keyOf('a', 'two'), Buffer.from('2'))
    await cache.put(keyOf('b', 'one'), Buffer.from('3'))
    await cache.removeImage('a')
    await cache.removeImage('never seen')
    expect(await kept(folder)).toHaveLength(1)
    expect(await cache.get(keyOf('a', 'one'))).toBe(undefined)
    expect(await cache.get(keyOf('b', 'one'))).toBeDefined()
    expect(cache.usage().count).toBe(1)
  })

  it('lets the least recently used go when the budget is spent', async () => {
    const folder = temporaryFolder()
    const cache = await openIn(folder, 3 * onDisk(100))
    for (const image of ['a', 'b', 'c']) await cache.put(keyOf(image), randomBytes(100))
    expect(await has(cache, 'a')).toBe(true)
    await cache.put(keyOf('d'), randomBytes(100))
    expect(await has(cache, 'b')).toBe(false)
    expect(await kept(folder)).toHaveLength(3)
    await cache.put(keyOf('e'), randomBytes(250))
    expect(await has(cache, 'e')).toBe(true)
    expect(cache.usage()).toEqual({ sizeBytes: onDisk(250), count: 1 })
    expect(await kept(folder)).toHaveLength(1)
  })

  it('does not keep what is larger than its budget', async () => {
    const folder = temporaryFolder()
    const cache = await openIn(folder, 100)
    await cache.put(keyOf('small'), randomBytes(50))
    await cache.put(keyOf('large'), randomBytes(93))
    expect(await has(cache, 'large')).toBe(false)
    expect(await has(cache, 'small')).toBe(true)
  })

  it('counts what an earlier process kept, oldest first, and clears what it left half written', async () => {
    const folder = temporaryFolder()
    const earlier = await openIn(folder, 3 * onDisk(100))
    for (const image of ['a', 'b', 'c']) await earlier.put(keyOf(image), randomBytes(100))
    await writeFile(join(folder, 'renditions', 'tmp', 'half'), 'half a rendi')
    const later = await openIn(folder, 3 * onDisk(100))
    expect(await has(later, 'a')).toBe(true)
    await later.put(keyOf('d'), randomBytes(100))
    expect(later.usage()).toEqual({ sizeBytes: 3 * onDisk(100), count: 3 })
    expect(await has(later, 'a')).toBe(true)
    expect(await kept(folder)).toHaveLength(3)
  })

  it.each([
    ['cut short', (path: string) => truncate(path, 500)],
    ['cut to its header', (path: string) => truncate(path, 8)],
    ['empty', (path: string) => truncate(path, 0)],
    ['lengthened with zeros', (path: string) => truncate(path, 2000)],
    [
      'changed by one bit',
      async (path: string) => {
        const bytes = await readFile(path)
        bytes[600] = (bytes[600] ?? 0) ^ 1
        await writeFile(path, bytes)
      },
    ],
    ['of another program', (path: string) => writeFile(path, randomBytes(900))],
  ])('never serves a file that is %s, and removes it', async (_, damage) => {
    const folder = temporaryFolder()
    const cache = await openIn(folder)
    await cache.put(keyOf('a'), randomBytes(1000))
    for (const path of await kept(folder)) await damage(path)
    expect(await has(cache, 'a')).toBe(false)
    expect(await kept(folder)).toEqual([])
    expect(cache.usage()).toEqual({ sizeBytes: 0, count: 0 })
  })

  it('misses a file that somebody else removed, and takes it again', async () => {
    const folder = temporaryFolder()
    const cache = await openIn(folder)
    await cache.put(keyOf('a'), randomBytes(10))
    for (const path of await kept(folder)) await localFiles.removeFile(path)
    expect(await has(cache, 'a')).toBe(false)
    await cache.put(keyOf('a'), randomBytes(20))
    expect(await has(cache, 'a')).toBe(true)
    expect(cache.usage()).toEqual({ sizeBytes: onDisk(20), count: 1 })
  })

  it('keeps nothing and leaves nothing when the disk fails, and says so', async () => {
    const folder = temporaryFolder()
    const fault = Object.assign(new Error('no room'), { code: 'ENOSPC' })
    const cache = await openIn(folder, 1000, { ...localFiles, rename: () => Promise.reject(fault) })
    await expect(cache.put(keyOf('a'), randomBytes(10))).rejects.toBe(fault)
    expect(await kept(folder)).toEqual([])
    expect(await has(cache, 'a')).toBe(false)
  })

  it('answers a file that is pushed out while it is read, and does not count it any more', async () => {
    const folder = temporaryFolder()
    const opened = Promise.withResolvers<void>()
    const mayRead = Promise.withResolvers<void>()
    const files: FileSystem = {
      ...localFiles,
      async openFile(path) {
        const file = await localFiles.openFile(path)
        if (!file) return undefined
        opened.resolve()
        return { ...file, read: (position, length) => mayRead.promise.then(() => file.read(position, length)) }
      },
    }
    const cache = await openIn(folder, onDisk(100), files)
    await cache.put(keyOf('a'), randomBytes(100))
    const reading = cache.get(keyOf('a'))
    await opened.promise
    await cache.put(keyOf('b'), randomBytes(100))
    mayRead.resolve()
    expect((await reading)?.bytes.length).toBe(100)
    expect(cache.usage()).toEqual({ sizeBytes: onDisk(100), count: 1 })
    expect(await kept(folder)).toHaveLength(1)
  })

  it('keeps its count right while many write and read at once', async () => {
    const folder = temporaryFolder()
    const cache = await openIn(folder, 10 * onDisk(100))
    await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        await cache.put(keyOf(`image ${index % 20}`), randomBytes(100))
        await cache.get(keyOf(`image ${(index * 7) % 20}`))
      }),
    )
    expect(await kept(folder)).toHaveLength(cache.usage().count)
    expect(cache.usage().sizeBytes).toBe(cache.usage().count * onDisk(100))
    expect(cache.usage().count).toBeLessThanOrEqual(10)
  })
})
