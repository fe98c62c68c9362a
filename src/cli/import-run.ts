import { ApiError } from '../client/api-error.ts'
import type { ImportSource, SourceImage } from '../client/import-source.ts'
import type { ImportTarget } from '../client/import-target.ts'
import type { ImportJournal } from './import-journal.ts'
import { forMany } from './many.ts'

/** An image that did not come over, why, and what to do. */
export type ImportFailure = { readonly id: string; readonly problem: string; readonly fix: string }

export type ImportReport = {
  imported: number
  /** There before, by the journal or with the same bytes. */
  present: number
  variants: number
  keys: number
  readonly failed: ImportFailure[]
}

export type ImportWish = {
  readonly source: ImportSource
  readonly target: ImportTarget
  readonly journal: ImportJournal
  /** Images on their way at once. */
  readonly concurrency: number
  /** Whether each image is announced. */
  readonly events: boolean
  readonly progress: (report: ImportReport, total: number | undefined) => void
  /** Begins no more images once it is aborted. */
  readonly stopping?: AbortSignal
}

const again = 'run the same command again; it tries those that failed'

/** Refusals that the next image would meet as well. */
const endsAll = ({ status }: ApiError): boolean => status === 0 || status === 401

const fixOf = (error: ApiError, side: 'source' | 'target'): string => {
  if (error.status === 429 || error.status >= 500) return again
  if (side === 'source')
    return error.status === 404
      ? 'it was removed there meanwhile, or its bytes are lost: upload it from where you have it'
      : 'give the token the right to read it, and run the command again'
  if (error.status === 409) return 'remove one of the two, and run the command again'
  return 'mend it at the source as the sentence says, or upload it by hand, and run the command again'
}

/** Brings variants, signing keys and images over, oldest first. Rejects where nothing more can come of it. */
export const runImport = async (wish: ImportWish): Promise<ImportReport> => {
  const { source, target, journal, events, progress } = wish
  const report: ImportReport = { imported: 0, present: 0, variants: 0, keys: 0, failed: [] }

  const attempt = async <Result>(
    side: 'source' | 'target',
    id: string,
    work: () => Promise<Result>,
  ): Promise<Result | undefined> => {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof ApiError) || endsAll(error)) throw error
      report.failed.push({ id, problem: error.message, fix: fixOf(error, side) })
      return undefined
    }
  }

  const bring = async (image: SourceImage): Promise<void> => {
    if (journal.has(image.id)) {
      report.present++
      return
    }
    const bytes = await attempt('source', image.id, () => source.blob(image.id))
    const imported = bytes && (await attempt('target', image.id, () => target.putImage(image, bytes, events)))
    if (imported === undefined) return
    journal.add(image.id)
    if (imported) report.imported++
    else report.present++
  }

  for (const variant of await source.variants())
    if (await attempt('target', `variant ${variant.id}`, () => target.putVariant(variant).then(() => true)))
      report.variants++
  for (const key of await source.keys())
    if (await attempt('target', `key ${key.name}`, () => target.putKey(key).then(() => true))) report.keys++

  const total = await source.count()
  const bringOne = async (image: SourceImage): Promise<void> => {
    await bring(image)
    progress(report, total)
  }
  await forMany(source.images(), wish.concurrency, bringOne, wish.stopping)
  return report
}
