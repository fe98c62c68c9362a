/** A value that is there or comes later: the Node core answers at once, the WebCrypto core with a promise. */
export type Awaitable<Value> = Value | Promise<Value>

/** One prepared HMAC-SHA256 key. */
export type MacKey = {
  /** The 32 bytes of the message's MAC. */
  sign(message: Uint8Array): Awaitable<Uint8Array>
  /** Whether one of the candidates is the message's MAC. Compares in constant time; a wrong length is no match. */
  matches(message: Uint8Array, candidates: readonly Uint8Array[]): Awaitable<boolean>
}

/** Prepares a key from its bytes, at least one. Two implementations exist, chosen by the runtime (`#mac`). */
export type PrepareMacKey = (keyBytes: Uint8Array) => MacKey
