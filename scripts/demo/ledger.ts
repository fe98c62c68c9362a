/** One webhook that arrived whole and was answered, or was about to be. */
export type Receipt = {
  /** The event's id, the same however often it is sent. */
  readonly webhookId: string
  readonly imageId: string
  /** SHA-256 of the body's bytes, in hex. */
  readonly bodyDigest: string
  /** Whether the guide's signature verified. */
  readonly isGenuine: boolean
}

/** What was promised and what was kept. */
export type Ledger = {
  /** Images whose upload was answered with success. */
  readonly acknowledgedCount: number
  /** Of these, how many the receiver was told of. */
  readonly receivedCount: number
  /** The others. */
  readonly lost: readonly string[]
  /** Images the receiver was told of although their uploader never saw the answer. */
  readonly unacknowledgedCount: number
  /** Webhooks that came again. */
  readonly duplicateCount: number
  /** Webhooks that came again with other bytes. */
  readonly alteredCount: number
  /** Webhooks whose signature did not verify. */
  readonly forgedCount: number
}

/** Balances the promises, as image ids, with the receipts in the order they came. */
export const balance = (acknowledged: ReadonlySet<string>, receipts: readonly Receipt[]): Ledger => {
  const firstDigest = new Map<string, string>()
  const genuine = receipts.filter(({ isGenuine }) => isGenuine)
  let alteredCount = 0
  for (const { webhookId, bodyDigest } of genuine) {
    const known = firstDigest.get(webhookId)
    if (known === undefined) firstDigest.set(webhookId, bodyDigest)
    else if (known !== bodyDigest) alteredCount += 1
  }
  const told = new Set(genuine.map(({ imageId }) => imageId))
  const lost = [...acknowledged].filter((imageId) => !told.has(imageId))
  return {
    acknowledgedCount: acknowledged.size,
    receivedCount: acknowledged.size - lost.length,
    lost,
    unacknowledgedCount: [...told].filter((imageId) => !acknowledged.has(imageId)).length,
    duplicateCount: genuine.length - firstDigest.size,
    alteredCount,
    forgedCount: receipts.length - genuine.length,
  }
}

/** Whether every promise was kept, and nothing else was told. */
export const isKept = ({ lost, alteredCount, forgedCount }: Ledger): boolean =>
  lost.length === 0 && alteredCount === 0 && forgedCount === 0
