import { createReceiver, memoryInbox } from '../src/index.ts'
import { type RateLimitBinding, workersRateLimit } from '../src/rate-limit.ts'

type Env = { LIMITER: RateLimitBinding }

const receiver = createReceiver<Env>({
  secrets: 'your_webhook_secret_key',
  inbox: memoryInbox(),
  unknown: 'ignore',
  rateLimit: workersRateLimit(({ LIMITER }) => LIMITER),
})

/** A receiver that takes the address of `x-address` for the one that Cloudflare would have written. */
export const answer = async (request: Request, env: Env): Promise<Response> => {
  const headers = new Headers(request.headers)
  headers.set('cf-connecting-ip', request.headers.get('x-address') ?? '')
  return receiver.fetch(new Request(request, { headers }), env)
}
