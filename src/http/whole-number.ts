import { z } from 'zod'

/** A whole number within bounds that are included, with one sentence for everything else. */
export const wholeNumber = (least: number, most: number) => {
  const fault = `must be a whole number from ${least} to ${most}`
  return z.int(fault).min(least, fault).max(most, fault)
}

/** The same, written in digits, as in a query. */
export const wholeNumberText = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, `must be a whole number from ${least} to ${most}`)
    .describe(`A whole number from ${least} to ${most}.`)
    .transform(Number)
    .pipe(wholeNumber(least, most))
