const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const

/** A span in one unit that people think in: `5 minutes`; `a moment` below a second. */
export const spanWords = (spanMs: number): string => {
  const [unit, unitMs] = units.find(([, ms]) => spanMs >= ms) ?? ['', 0]
  if (unitMs === 0) return 'a moment'
  const count = Math.round(spanMs / unitMs)
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

/** An instant with its distance: `2026-01-15T10:31:45Z (in 1 minute)`. */
export const instantWords = (at: number, now: number): string => {
  const exact = new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z')
  return at > now ? `${exact} (in ${spanWords(at - now)})` : `${exact} (${spanWords(now - at)} ago)`
}
