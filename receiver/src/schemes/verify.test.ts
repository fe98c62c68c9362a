import { expect, test } from 'vitest'
import {
  bytesOf as bytesOfEvent,
  guideSignature,
  postGuide,
  postStandard,
  secret,
  start,
  upload,
} from '../../test/deliver.ts'
import {
  bytesOf,
  createVerifier,
  type GivenBody,
  guideScheme,
  headersOf,
  proofOf,
  standardScheme,
  VerificationError,
  verifyRequest,
} from '../verify.ts'

const verify = createVerifier(secret, [standardScheme, guideScheme], { now: () => start })
const bytes = bytesOfEvent(upload())
const signature = guideSignature(upload())

test.each([
  ['Headers', new Headers({ 'X-Cloudflare-Signature': signature })],
  ["Node's record", { host: 'x', 'x-cloudflare-signature': signature }],
  ['a record in another case', { 'X-Cloudflare-Signature': signature }],
  ['a record of lists', { 'X-Cloudflare-Signature': [signature], cookie: ['a', 'b'], none: undefined }],
  ['a record of a stranger who sends the header get', { get: 'x', 'x-cloudflare-signature': signature }],
])('headers may be %s', async (_name, headers) => {
  expect(await verify(headersOf(headers), bytes)).toMatchObject({ ok: true, proof: { scheme: 'guide' } })
})

test.each([
  ['a header that is missing', {}, 'missing'],
  ['one that is undefined', { 'x-cloudflare-signature': undefined }, 'missing'],
  ['one that came twice', { 'x-cloudflare-signature': [signature, signature] }, 'malformed'],
])('%s proves nothing', async (_name, headers, reason) => {
  expect(await verify(headersOf(headers), bytes)).toEqual({ ok: false, reason })
})

const shared = new Uint8Array(new SharedArrayBuffer(bytes.length))
shared.set(bytes)
const part = new Uint8Array([0, ...bytes, 0]).subarray(1, -1)

test.each<[string, GivenBody]>([
  ['bytes', bytes],
  ['a Buffer', Buffer.from(bytes)],
  ['an ArrayBuffer', new Uint8Array(bytes).buffer],
  ['a part of other bytes', part],
  ['bytes that are shared', shared],
  ['the text of the bytes', JSON.stringify(upload())],
])('a body may be %s', async (_name, body) => {
  expect(await verify(postGuide(upload()).headers, bytesOf(body))).toMatchObject({ ok: true })
  expect(await verify(postStandard(upload()).headers, bytesOf(body))).toMatchObject({
    ok: true,
    proof: { id: 'evt_1' },
  })
})

test.each([
  ['an object', '{"event":"image.uploaded"}'],
  ['null', 'null'],
  ['a list of numbers', '[1,2]'],
])('a body that a parser has made %s is told the fix', (_name, json) => {
  const parsed: GivenBody = JSON.parse(json)
  expect(() => bytesOf(parsed)).toThrow('before anything else reads them')
})

test('a request gives its proof and its bytes, or the reason', async () => {
  const good = await verifyRequest(verify, postGuide(upload()))
  expect(good).toMatchObject({ ok: true, proof: { scheme: 'guide' }, body: bytes })
  const forged = postGuide(upload(), { 'x-cloudflare-signature': '0'.repeat(64) })
  expect(await verifyRequest(verify, forged)).toEqual({ ok: false, reason: 'mismatch' })
  const limits = { maxBodyBytes: bytes.length - 1 }
  expect(await verifyRequest(verify, postGuide(upload()), limits)).toEqual({ ok: false, reason: 'too_large' })
  const read = postGuide(upload())
  await read.text()
  await expect(verifyRequest(verify, read)).rejects.toThrow('pass the request untouched')
})

test('who would rather catch gets the proof, or an error that names the reason and nothing else', async () => {
  expect(proofOf(await verify(postGuide(upload()).headers, bytes))).toMatchObject({ scheme: 'guide', secretIndex: 0 })
  const refused = await verify(headersOf({}), bytes)
  expect(() => proofOf(refused)).toThrow(VerificationError)
  expect(() => proofOf(refused)).toThrow('The webhook is not verified: missing.')
})
