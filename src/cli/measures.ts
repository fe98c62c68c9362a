const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const

/** A span in the one unit that people think in: `3 min`; `0 s` below a second. */
export const span = (spanMs: number): string => {
  const [unit, unitMs] = units.find(([, ms]) => spanMs >= ms) ?? ['s', 1000]
  return `${Math.floor(spanMs / unitMs)} ${unit}`
}

/** An instant by its distance: `3 min ago`, `in 2 h`; a dash where there is none. */
export const ago = (instant: string | null, now: number): string => {
  if (instant === null) return '–'
  const distanceMs = now - Date.parse(instant)
  return distanceMs >= 0 ? `${span(distanceMs)} ago` : `in ${span(-distanceMs)}`
}

/** A size that people can compare: `820 B`, `1.4 KB`, `31.2 MB`. */
export const size = (bytes: number): string => {
  if (bytes < 1000) return `${bytes} B`
  const [unit, factor] =
    bytes < 999_950 ? (['KB', 1e3] as const) : bytes < 999_950_000 ? (['MB', 1e6] as const) : (['GB', 1e9] as const)
  return `${(bytes / factor).toFixed(1)} ${unit}`
}
