const unitsMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

type UnitName = keyof typeof unitsMs

const isUnit = (text: string | undefined): text is UnitName => text !== undefined && text in unitsMs

/** Milliseconds of `250ms`, `30s`, `5m`, `8h` or `5d`; undefined for anything else. Whole numbers of one unit. */
export const parseDuration = (text: string): number | undefined => {
  const [, count, unit] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text) ?? []
  return isUnit(unit) ? Number(count) * unitsMs[unit] : undefined
}

/** Milliseconds of each duration in a list such as `0s,1m,5m`; undefined when one of them is none, or the list is empty. */
export const parseDurations = (text: string): readonly number[] | undefined => {
  const durations = text.split(',').map((part) => parseDuration(part.trim()))
  return durations.every((duration) => duration !== undefined) ? durations : undefined
}

/** The shortest text of whole units that `parseDuration` reads as this: 90 000 → `90s`. */
export const formatDuration = (durationMs: number): string => {
  const units = [
    ['h', unitsMs.h],
    ['m', unitsMs.m],
    ['s', unitsMs.s],
  ] as const
  const [name, unitMs] = units.find(([, ms]) => durationMs > 0 && durationMs % ms === 0) ?? ['ms', 1]
  return `${durationMs / unitMs}${name}`
}
