import { spanWords } from '../../webhooks/time-words.ts'
import { failure, ok, warning, type Finding } from './finding.ts'

/** What receivers allow between the time of an attempt and now. */
export const toleranceMs = 300_000
/** Clocks that are kept by NTP agree far better. */
const noticedMs = 30_000

const fix = 'Let both machines keep their clocks by NTP (timedatectl set-ntp true), and see which of the two is wrong.'

/** Whether another clock agrees with ours; `consequence` is what is known to come of it, where that is a failure. */
export const judgeClock = (
  skew: { readonly ms: number; readonly withinMs: number },
  { whose, consequence }: { readonly whose: string; readonly consequence?: string | undefined },
): Finding => {
  const leastMs = Math.max(0, Math.abs(skew.ms) - skew.withinMs)
  const where = `${whose} is ${spanWords(Math.abs(skew.ms))} ${skew.ms > 0 ? 'ahead of' : 'behind'} this machine’s`
  if (consequence !== undefined)
    return failure('clock', {
      what: `${where}, ${consequence}`,
      why: 'An attempt whose time is over five minutes away is taken for a recording and refused: every delivery fails.',
      fix,
    })
  if (leastMs <= noticedMs) return ok('clock', `${whose} agrees with this machine’s`)
  return warning('clock', {
    what: where,
    why:
      leastMs < toleranceMs
        ? 'Over five minutes every delivery is refused as a recording, and times in logs do not fit.'
        : 'Receivers refuse attempts whose time is over five minutes away; this one may begin to.',
    fix,
  })
}
