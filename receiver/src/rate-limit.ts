/** @module Rate limits for a receiver's option `rateLimit`. */
export { tokenBucket, type TokenBucketOptions } from './rate-limit/token-bucket.ts'
export { type RateLimitBinding, workersRateLimit } from './rate-limit/workers-rate-limit.ts'
