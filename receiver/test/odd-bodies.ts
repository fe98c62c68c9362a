import type { Bytes } from '../src/crypto/mac.ts'
import { utf8 } from '../src/crypto/text.ts'
import { freshEvent } from '../src/contract/fresh-event.ts'
import { bytesOf } from './deliver.ts'

const text = (): string => JSON.stringify(freshEvent('image.uploaded'))
const saying = (json: string): Bytes => utf8(text().replace('"test_user"', json))
const join = (...parts: (string | Bytes)[]): Bytes => Uint8Array.from(parts.flatMap((part) => [...bytesOf(part)]))

const notUtf8 = (): (string | Bytes)[] =>
  text()
    .split('test_user')
    .flatMap((part, at) => (at ? [Uint8Array.of(0xff), part] : [part]))

/** Bodies that a parser or a decoder on the way would change, and how a receiver ends that got them unchanged. */
export const oddBodies = (): (readonly [name: string, body: Bytes, code: 'done' | 'payload_invalid'])[] => [
  ['a number written 1.0', saying('1.0'), 'done'],
  ['a slash written \\/', saying('"a\\/b"'), 'done'],
  ['a number beyond 2⁵³', saying('9007199254740993'), 'done'],
  ['a byte order mark', join(Uint8Array.of(0xef, 0xbb, 0xbf), text()), 'done'],
  ['a line end after it', utf8(`${text()}\r\n`), 'done'],
  ['a byte that is not UTF-8', join(...notUtf8()), 'payload_invalid'],
]
