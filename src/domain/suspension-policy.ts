const dayMs = 86_400_000

/** When the server stops sending to an endpoint by itself. */
export type SuspensionPolicy = {
  /** Only failures for so long suspend; milliseconds, null = never. The operator hears of it at half the time. */
  readonly afterMs: number | null
  /** Whether an answer of 410 (Gone) suspends at once. It ends its delivery either way. */
  readonly onGone: boolean
}

export const defaultSuspensionPolicy: SuspensionPolicy = { afterMs: 5 * dayMs, onGone: true }
