/** Verifies in workerd: a POST of `{ name, byteCount, count }`, and `isCheck` once before. Its caller holds the clock. */
import { checkContestant, prepared, repeat } from './verifiers.ts'

type Wish = { name: string; byteCount: number; count: number; isCheck?: boolean }

/** The Worker's `fetch`. */
export const answer = async (request: Request): Promise<Response> => {
  const { name, byteCount, count, isCheck }: Wish = await request.json()
  if (count > 0) {
    const { contestant, signed, run } = prepared(name, byteCount)
    if (isCheck) await checkContestant(name, contestant, signed)
    await repeat(run, count)
  }
  return new Response('done')
}
