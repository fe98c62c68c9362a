import type { z } from 'zod'

/** A field that may be missing; null counts as missing, since programs write their unset fields so. */
export const mayBeMissing = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value) => value ?? undefined)
