import type { ErrorCode } from '../domain/errors.ts'
import type { Unit, UnitOutcome } from '../store/database.ts'

/** Statements of a unit, and what it means when they do not hold. */
export type Step = {
  readonly statements: Unit
  /** Default `time_taken`: the image has an event of that time or later, and another time has to be tried. */
  readonly refusedAs?: Refusal
}

/** Why a unit did not hold. */
export type Refusal = 'time_taken' | 'key_taken' | Extract<ErrorCode, 'image_exists' | 'upload_url_used'>

export const unitOf = (steps: readonly Step[]): Unit => steps.flatMap(({ statements }) => statements)

/** Undefined when the unit was committed. */
export const refusalOf = (steps: readonly Step[], outcome: UnitOutcome): Refusal | undefined => {
  if (outcome.committed) return undefined
  let last = -1
  for (const { statements, refusedAs } of steps) {
    last += statements.length
    if (outcome.index <= last) return refusedAs ?? 'time_taken'
  }
  throw new Error('The unit failed at a statement that it does not have.')
}
