import type { MacCore } from '../src/crypto/mac.ts'
import * as nodeCore from '../src/crypto/node.ts'
import * as webCore from '../src/crypto/web.ts'

/** Both cores by name: what one of them does, the other must do. */
export const cores: readonly (readonly [name: string, core: MacCore])[] = [
  ['node:crypto', nodeCore],
  ['WebCrypto', webCore],
]
