import type { Ground } from './place.ts'

/** One figure: what it is, what it stands beside, and what it must reach. */
export type Finding = {
  readonly what: string
  readonly measured: string
  /** The ceiling or baseline of the same run. */
  readonly beside: string
  readonly target: string
  /** Undefined where nothing is asked. */
  readonly reached?: boolean
  /** A curve to look at, drawn under the table. */
  readonly chart?: string
}

export type Wish = {
  readonly ground: Ground
  /** Less of everything, for a first look. */
  readonly quick: boolean
}

export type Scenario = {
  readonly key: string
  readonly drivers: readonly Ground['driver'][]
  run(wish: Wish): Promise<readonly Finding[]>
}

export const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1)} ms`
export const rate = (value: number): string => `${Math.round(value).toLocaleString('en')}/s`
export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`

/** A figure that is a share of another. */
export const ratio = (what: string, value: number, beside: string, base: number, atLeast: number): Finding => ({
  what,
  measured: rate(value),
  beside: `${beside} ${rate(base)}`,
  target: `≥ ${atLeast.toFixed(2)} of it: ${(value / base).toFixed(2)}`,
  reached: value / base >= atLeast,
})

/** The same figure where nothing is asked of it. */
export const besideOnly = ({ what, measured, beside, target }: Finding): Finding => ({
  what,
  measured,
  beside,
  target: target.replace(/^≥ [\d.]+ of it: (.*)$/, '$1 of it'),
})
