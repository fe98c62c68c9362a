/** A value that is there or comes later: the Node core answers at once, the WebCrypto core with a promise. */
export type Awaitable<Value> = Value | Promise<Value>

/** Bytes in memory that nobody else can change meanwhile, which WebCrypto insists on. */
export type Bytes = Uint8Array<ArrayBuffer>

/** What is held against a key. */
export type Claimed = {
  /** What was signed. */
  message: Bytes
  /** The signatures, any of which may be right. */
  macs: readonly Bytes[]
}

/**
 * Whether one of the signatures is the HMAC-SHA256 of the message. Compares in constant time; one of a wrong length is
 * no match.
 */
export type MacCheck = (claimed: Claimed) => Awaitable<boolean>

/** Prepares a key of at least one byte once, to check any number of messages. */
export type PrepareMacCheck = (key: Bytes) => MacCheck

/** HMAC-SHA256 as a runtime does it. Two cores exist, chosen by the runtime (`#mac`). */
export type MacCore = {
  prepareMacCheck: PrepareMacCheck
  /** The 32 bytes of one message's MAC. */
  computeMac(key: Bytes, message: Bytes): Awaitable<Bytes>
}
