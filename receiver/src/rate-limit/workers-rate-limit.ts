/** What is needed of Cloudflare's rate limit binding; it fits as it is. */
export type RateLimitBinding = { limit(options: { key: string }): Promise<{ success: boolean }> }

/**
 * A receiver's `rateLimit` by the rate limit binding of Workers, which counts for each of Cloudflare's places by itself.
 * `key` says what is counted together; by default the address that the request came from.
 */
export const workersRateLimit =
  <Env>(
    binding: (env: Env) => RateLimitBinding,
    key: (request: Request, env: Env) => string = ({ headers }) => headers.get('cf-connecting-ip') ?? '',
  ): ((request: Request, env: Env) => Promise<boolean>) =>
  async (request, env) =>
    (await binding(env).limit({ key: key(request, env) })).success
