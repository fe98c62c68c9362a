import { ApiError } from '../../../client/api-error.ts'
import type { Clock } from '../../../domain/clock.ts'
import { forMany } from '../../many.ts'
import { endsAll } from '../each.ts'
import { FileFault, mayPass, type Sent, type SendParts, sendImage, type StoredImage } from './send-image.ts'
import { markOf, type UploadItem } from './upload-item.ts'
import type { UploadJournal } from './upload-journal.ts'

/** What came of one image. */
export type UploadResult =
  | { readonly status: 'uploaded'; readonly id: string; readonly image: StoredImage }
  /** There already: by the journal of a run before, or under its custom id with the same bytes. */
  | { readonly status: 'present'; readonly id: string }
  | { readonly status: 'failed'; readonly problem: string; readonly fix: string; readonly httpStatus: number | null }

export type UploadReport = {
  /** What no other image would have fared better with, such as a token that does not open: the rest was not tried. */
  broken: unknown
  uploaded: number
  present: number
  bytes: number
  readonly failed: { readonly source: string; readonly problem: string; readonly fix: string }[]
}

export type UploadWish = SendParts & {
  readonly items: readonly UploadItem[]
  readonly journal: UploadJournal
  readonly clock: Clock
  /** Images on their way at once. */
  readonly concurrency: number
  readonly tell: (item: UploadItem, result: UploadResult, report: UploadReport) => void
}

const again = 'run the same command again; it sends only what is missing'

const fixes: Readonly<Record<number, string>> = {
  5409: 'choose another id, or delete the image that has it',
  5413: 'make it smaller, then run the same command again',
  5443: 'shorten the animation or make it smaller, then run the same command again',
  5454: 'see that the server may reach that URL, then run the same command again',
  5455: 'make a PNG, JPEG, GIF, WebP, AVIF, HEIC or SVG of it, then run the same command again',
  9422: 'it is damaged: bring a good copy, then run the same command again',
}

const failureOf = (error: ApiError | FileFault): Extract<UploadResult, { status: 'failed' }> => {
  if (error instanceof FileFault)
    return { status: 'failed', problem: error.message, fix: `mend the file, then ${again}`, httpStatus: null }
  const { status, code, message } = error
  const passing = status === 429 || status >= 500
  return {
    status: 'failed',
    problem: message,
    fix: passing ? again : (fixes[code] ?? 'mend what the sentence names, then run the same command again'),
    httpStatus: status,
  }
}

const resultOf = (sent: Sent): UploadResult =>
  sent.outcome === 'uploaded'
    ? { status: 'uploaded', id: sent.image.id, image: sent.image }
    : { status: 'present', id: sent.id }

/** Uploads many images, each once, whatever ended earlier runs. What is on its way comes to its end, whatever happens. */
export const runUpload = async (wish: UploadWish): Promise<UploadReport> => {
  const { items, journal, clock, concurrency, tell, stopping } = wish
  const report: UploadReport = { broken: undefined, uploaded: 0, present: 0, bytes: 0, failed: [] }

  const bring = async (item: UploadItem): Promise<UploadResult> => {
    const mark = markOf(item)
    if (mark === undefined) throw new FileFault('It is not there any more.')
    const known = journal.find(mark)
    if (known?.id !== undefined) return { status: 'present', id: known.id }
    const { key } = known ?? (await journal.begin(mark, clock.now()))
    try {
      const sent = await sendImage(wish, item, key)
      const result = resultOf(sent)
      if (sent.outcome === 'uploaded') report.bytes += sent.bytes
      if (result.status !== 'failed') journal.done(mark, result.id)
      return result
    } catch (error) {
      const isRefused = error instanceof ApiError && error.status >= 400 && error.status <= 499
      if (isRefused || error instanceof FileFault) journal.refused(mark)
      throw error
    }
  }

  const settle = async (item: UploadItem): Promise<void> => {
    let result: UploadResult
    try {
      result = await bring(item)
    } catch (error) {
      // Nobody waits for the server any longer: it is not known to have failed.
      if (stopping.aborted && error instanceof ApiError && mayPass(error)) return
      const isOwn = error instanceof FileFault || (error instanceof ApiError && !endsAll(error))
      if (!isOwn) throw error
      result = failureOf(error)
    }
    if (result.status === 'failed') report.failed.push({ source: item.source, ...result })
    else report[result.status] += 1
    tell(item, result, report)
  }

  try {
    await forMany(items.values(), concurrency, settle, stopping)
  } catch (error) {
    report.broken = error
  }
  return report
}
