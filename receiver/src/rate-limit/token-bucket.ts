/** How a token bucket is filled. */
export type TokenBucketOptions<Env> = {
  /** How many requests a second are let through in the long run. */
  perSecond: number
  /** How many may come at once after a rest. Default as many as in ten seconds, at least one. */
  burst?: number
  /** What is counted together: an address, for example. Default all requests. */
  key?: (request: Request, env: Env) => string
  /** How many keys it counts at most; beyond it, it forgets the one that came least lately. Default 10 000. */
  maxKeys?: number
  /** Milliseconds from any start. Default a clock that never goes back. */
  now?: () => number
}

type Bucket = { tokens: number; filledAt: number }

/** A receiver's `rateLimit` in the memory of one process: for Node, Deno and Bun. Workers have `workersRateLimit`. */
export const tokenBucket = <Env = void>({
  perSecond,
  burst = Math.max(1, perSecond * 10),
  key = () => '',
  maxKeys = 10_000,
  now = () => performance.now(),
}: TokenBucketOptions<Env>): ((request: Request, env: Env) => boolean) => {
  if (!(perSecond > 0 && burst >= 1)) throw new TypeError('perSecond is above 0, and burst at least 1.')
  const buckets = new Map<string, Bucket>()
  return (request, env) => {
    const name = key(request, env)
    const instant = now()
    const { tokens, filledAt } = buckets.get(name) ?? { tokens: burst, filledAt: instant }
    const filled = Math.min(burst, tokens + (Math.max(0, instant - filledAt) * perSecond) / 1000)
    // Deleted first: the order of the map is the order of use.
    buckets.delete(name)
    const [oldest] = buckets.size < maxKeys ? [] : buckets.keys()
    if (oldest !== undefined) buckets.delete(oldest)
    const isLet = filled >= 1
    buckets.set(name, { tokens: isLet ? filled - 1 : filled, filledAt: instant })
    return isLet
  }
}
