/** Verifies in workerd: a POST of `{ name, byteCount, count }`; none of a count checks. Its caller holds the clock. */
import { checkContestant, contestants, repeat, signedOf } from './verifiers.ts'

/** The Worker's `fetch`. */
export const answer = async (request: Request): Promise<Response> => {
  const { name, byteCount, count }: { name: string; byteCount: number; count: number } = await request.json()
  const contestant = contestants[name]
  if (!contestant) return new Response(`There is no contestant ${name}.`, { status: 404 })
  const signed = signedOf(byteCount)
  if (count === 0) await checkContestant(name, contestant, signed)
  await repeat(contestant(signed), count)
  return new Response('done')
}
