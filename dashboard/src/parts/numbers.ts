/** `12.4 ms`, `1.2 s`; a dash where there is none. */
export const milliseconds = (value: number | null): string => {
  if (value === null) return '–'
  if (value >= 1000) return `${(value / 1000).toLocaleString(undefined, { maximumFractionDigits: 1 })} s`
  return `${value.toLocaleString(undefined, { maximumFractionDigits: value < 10 ? 1 : 0 })} ms`
}

/** `99.7 %`; a dash where there is none. */
export const percent = (share: number | null): string =>
  share === null
    ? '–'
    : share.toLocaleString(undefined, { style: 'percent', maximumFractionDigits: share > 0.99 && share < 1 ? 2 : 1 })

/** `1,234`. */
export const count = (value: number): string => value.toLocaleString()
