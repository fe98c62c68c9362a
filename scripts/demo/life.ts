import type { LoggedAttempt, LoggedDelivery, UploadedImage } from './api.ts'

/** Something that happened to one image. */
export type Happening =
  | { readonly kind: 'upload'; readonly image: UploadedImage }
  | { readonly kind: 'refusal'; readonly sentence: string }
  | { readonly kind: 'event' }
  | { readonly kind: 'attempt'; readonly attempt: LoggedAttempt }
  | { readonly kind: 'worker-back' }
  | { readonly kind: 'row' }
  | { readonly kind: 'job' }

/** It, and when it was seen: `atMs` after the upload began. */
export type Step = Happening & { readonly atMs: number }

/** What became of one file. */
export type Life = {
  /** Fit to be shown. */
  readonly filename: string
  /** As they came. */
  readonly steps: readonly Step[]
  /** The delivery as it was last seen. */
  readonly delivery?: LoggedDelivery | undefined
}

const has = ({ steps }: Life, kind: Step['kind']): boolean => steps.some((step) => step.kind === kind)

/** Whether the attempt succeeded. */
export const isGood = ({ status }: LoggedAttempt): boolean => status !== null && status >= 200 && status <= 299

/** What the closing table says of a life. */
export type Summary = {
  readonly uploadMs: number | undefined
  /** From the event's commit to the good answer; by the server's clock. */
  readonly webhookMs: number | undefined
  readonly attemptCount: number
  readonly hasRow: boolean
  readonly hasJob: boolean
  /** Why it was refused, in the server's words. */
  readonly refusal: string | undefined
}

/** Sums a life up. */
export const summarise = (life: Life): Summary => {
  const { steps, delivery } = life
  const good = delivery?.attempts.find(isGood)
  return {
    uploadMs: steps.find(({ kind }) => kind === 'upload')?.atMs,
    webhookMs: delivery && good && good.endedAt - delivery.createdAt,
    attemptCount: delivery?.attempts.length ?? 0,
    hasRow: has(life, 'row'),
    hasJob: has(life, 'job'),
    refusal: steps.flatMap((step) => (step.kind === 'refusal' ? [step.sentence] : []))[0],
  }
}

/** Whether everything that should become of an image became of it. */
export const isWhole = (life: Life): boolean => {
  const { uploadMs, webhookMs, hasRow, hasJob } = summarise(life)
  return uploadMs !== undefined && webhookMs !== undefined && hasRow && hasJob
}
