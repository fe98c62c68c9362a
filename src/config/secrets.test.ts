import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../../test/ground/temporary.ts'
import { type Random, systemRandom } from '../domain/random.ts'
import { keepMasterKey } from './master-key-file.ts'
import { createMasterKey, createSealer, parseMasterKeys, type Sealed } from './secrets.ts'

const oldBytes = Buffer.alloc(32, 1)
const newBytes = Buffer.alloc(32, 2)
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
const sealerOf = (text: string): ReturnType<typeof createSealer> =>
  createSealer(parseMasterKeys(text, 'IMAGEHOOKS_MASTER_KEY'), systemRandom)
const keep = (folder: string, mayMake = true): ReturnType<typeof keepMasterKey> =>
  keepMasterKey({ folder, random: systemRandom, mayMake })
const hex = (text: string): Buffer => Buffer.from(text, 'hex')
/** Windows keeps no such rights. */
const isPrivate = (path: string): boolean => process.platform === 'win32' || (statSync(path).mode & 0o777) === 0o600
const secret = Buffer.from('whsec_not_for_everyone')

describe('sealing', () => {
  const sealer = sealerOf(base64(oldBytes))

  test('what was sealed opens for the same context', () => {
    expect(sealer.open(sealer.seal(secret, 'sec_1'), 'sec_1')).toEqual(secret)
  })

  test('nothing at all can be sealed, too', () => {
    expect(sealer.open(sealer.seal(new Uint8Array(), 'sec_1'), 'sec_1')).toEqual(Buffer.alloc(0))
  })

  test('it does not open for another context, so that rows cannot be swapped', () => {
    expect(sealer.open(sealer.seal(secret, 'sec_1'), 'sec_2')).toBeUndefined()
  })

  test('one changed bit anywhere keeps it shut', () => {
    const { keyId, bytes } = sealer.seal(secret, 'sec_1')
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Uint8Array.from(bytes)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(sealer.open({ keyId, bytes: changed }, 'sec_1')).toBeUndefined()
    }
  })

  test('cut to any length, it stays shut and nothing is thrown', () => {
    const { keyId, bytes } = sealer.seal(secret, 'sec_1')
    for (let length = 0; length < bytes.length; length++)
      expect(sealer.open({ keyId, bytes: bytes.subarray(0, length) }, 'sec_1')).toBeUndefined()
  })

  test('the same text is never sealed to the same bytes, and the plaintext is not in them', () => {
    const [first, second] = [sealer.seal(secret, 'sec_1'), sealer.seal(secret, 'sec_1')]
    expect(first.bytes).not.toEqual(second.bytes)
    expect(Buffer.from(first.bytes).includes(secret)).toBe(false)
  })

  test('the form is nonce, ciphertext, tag of AES-256-GCM', () => {
    // Test case 15 of the GCM specification (McGrew and Viega) with an empty additional authenticated data.
    const key = hex('feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308')
    const random: Random = { ...systemRandom, bytes: () => hex('cafebabefacedbaddecaf888') }
    const plaintext = hex(
      'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255',
    )
    expect(Buffer.from(createSealer([createMasterKey(key)], random).seal(plaintext, '').bytes).toString('hex')).toBe(
      `cafebabefacedbaddecaf888${'522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad'}b094dac5d93471bdec1a502270e3cc6c`,
    )
  })
})

describe('rotating the master key', () => {
  const before = sealerOf(base64(oldBytes))
  const during = sealerOf(`new:${base64(newBytes)}, old:${base64(oldBytes)}`)
  const after = sealerOf(`new:${base64(newBytes)}`)
  const row = before.seal(secret, 'sec_1')

  test('two keys open what either has sealed, and the first one seals', () => {
    expect(during.open(row, 'sec_1')).toEqual(secret)
    const sealed = during.seal(secret, 'sec_1')
    expect(sealed.keyId).toBe('new')
    expect(after.open(sealed, 'sec_1')).toEqual(secret)
  })

  test('when the old key is gone, what it sealed stays shut', () => {
    expect(after.open(row, 'sec_1')).toBeUndefined()
  })

  test('a key keeps opening when it loses its name', () => {
    expect(sealerOf(base64(newBytes)).open(after.seal(secret, 'a'), 'a')).toEqual(secret)
  })

  test('a key without a name is called by its bytes', () => {
    expect(row.keyId).toMatch(/^[\da-f]{8}$/)
    expect(row.keyId).not.toBe(sealerOf(base64(newBytes)).seal(secret, 'a').keyId)
  })
})

describe('the text of master keys', () => {
  const good = base64(oldBytes)
  test.each([
    ['', 'must be 32 bytes in base64'],
    ['short', 'must be 32 bytes in base64'],
    [base64(Buffer.alloc(31)), 'must be 32 bytes in base64'],
    [base64(Buffer.alloc(33)), 'must be 32 bytes in base64'],
    [oldBytes.toString('hex'), 'must be 32 bytes in base64'],
    [`${good},`, 'must be 32 bytes in base64'],
    [`a b:${good}`, 'must be 32 bytes in base64'],
    [`a:${good},b:${good},c:${good}`, 'holds 3 keys'],
    [`a:${good},a:${base64(newBytes)}`, 'two keys of the same id'],
    [`${good},${good}`, 'two keys of the same id'],
  ])('%j is refused in a sentence that quotes nothing of it', (text, sentence) => {
    expect(() => parseMasterKeys(text, 'IMAGEHOOKS_MASTER_KEY')).toThrow(sentence)
    expect(() => parseMasterKeys(text, 'IMAGEHOOKS_MASTER_KEY')).not.toThrow(good)
  })

  test('a key does not print itself', () => {
    const [key] = parseMasterKeys(good, 'IMAGEHOOKS_MASTER_KEY')
    expect(`${inspect(key, { depth: 9 })} ${JSON.stringify(key)}`).not.toContain(good)
  })
})

describe('the master key of a data folder', () => {
  test('is made once, for its owner alone, and found again', async () => {
    const folder = join(temporaryFolder(), 'data')
    const made = await keep(folder)
    const found = await keep(folder, false)
    const sealed: Sealed = createSealer([made], systemRandom).seal(secret, 'sec_1')
    expect(createSealer([found], systemRandom).open(sealed, 'sec_1')).toEqual(secret)
    expect(readdirSync(folder)).toEqual(['master.key'])
    expect(Buffer.from(readFileSync(join(folder, 'master.key'), 'utf8'), 'base64')).toHaveLength(32)
    expect(isPrivate(join(folder, 'master.key'))).toBe(true)
  })

  test('is not made in silence where secrets were sealed before', async () => {
    const folder = temporaryFolder()
    await expect(keep(folder, false)).rejects.toThrow('bring the file back or set IMAGEHOOKS_MASTER_KEY.')
    expect(readdirSync(folder)).toEqual([])
  })

  test('that is damaged is neither used nor replaced', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'master.key'), 'half a k')
    await expect(keep(folder)).rejects.toThrow('is damaged')
    expect(readFileSync(join(folder, 'master.key'), 'utf8')).toBe('half a k')
  })

  test('replaces what an interrupted start left behind', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, '.master.key.new'), 'half a k', { mode: 0o644 })
    await keep(folder)
    expect(readdirSync(folder)).toEqual(['master.key'])
    expect(isPrivate(join(folder, 'master.key'))).toBe(true)
  })
})
