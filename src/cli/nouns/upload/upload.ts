import { createPatience } from '../../../client/patience.ts'
import { sleep, systemClock } from '../../../domain/clock.ts'
import { stateFolder } from '../../listen/listen-file.ts'
import { createBar } from '../../progress-bar.ts'
import { readCount } from '../../read-flags.ts'
import { remark, warn } from '../../remark.ts'
import { stayAlive } from '../../stay-alive.ts'
import { listenForStop } from '../../stop-wish.ts'
import { type ImageFieldOptions, readCreator, readMeta } from '../images/image-fields.ts'
import type { VerbCall } from '../verb.ts'
import { settleDoubts } from './doubts.ts'
import { findFiles } from './find-files.ts'
import { runUpload, type UploadReport } from './run-upload.ts'
import type { UploadFields } from './send-image.ts'
import { type IdOptions, itemsOf, markOf, type UploadItem } from './upload-item.ts'
import { openNamedJournal, openOwnJournal, type UploadJournal } from './upload-journal.ts'
import { lineOf, uploadSummary } from './upload-report.ts'

export type UploadOptions = ImageFieldOptions &
  IdOptions & {
    readonly recursive?: boolean
    readonly fromUrl?: readonly string[]
    readonly concurrency: string
    readonly journal?: string
    readonly anew?: boolean
  }

const mostAtOnce = 32

/** A file that is gone has no mark, and will not be asked for again. */
const marksOf = (items: readonly UploadItem[]): ReadonlySet<string> =>
  new Set(items.map(markOf).filter((mark) => mark !== undefined))

const countKnown = (items: readonly UploadItem[], journal: UploadJournal): number =>
  [...marksOf(items)].filter((mark) => journal.find(mark)?.id !== undefined).length

const doneOf = ({ uploaded, present, failed }: UploadReport): number => uploaded + present + failed.length

/** `imagehooks images upload`: exit code 0 when all is there, 1 when something failed, 130 or 143 when it was stopped. */
export const upload = async ({ client, access, options, words }: VerbCall<UploadOptions>): Promise<void> => {
  const fields: UploadFields = {
    meta: readMeta(options),
    creator: readCreator(options),
    requireSignedURLs: options.requireSignedUrls === true,
  }
  const concurrency = readCount('--concurrency', options.concurrency, 1, mostAtOnce)
  const { files, passedOver } = await findFiles(words, options.recursive === true)
  const items = itemsOf(files, options.fromUrl ?? [], options)
  const { server, accountId } = access
  const kind = { server, accountId, ...fields }
  const journal =
    options.journal === undefined
      ? openOwnJournal(stateFolder(process.env), kind, { now: systemClock.now(), anew: options.anew === true })
      : openNamedJournal(options.journal, kind)
  // Before a bar is drawn it is known that somebody is there who lets us in.
  await client.call('getImagesV1Stats')
  await settleDoubts(client, items, journal, systemClock.now())
  const known = countKnown(items, journal)
  if (known > 0) remark(`${known} of ${items.length} are there from an earlier run; going on. (--anew begins again.)`)

  const begunAt = systemClock.monotonic()
  const bar = createBar(process.stderr, systemClock.monotonic)
  const stop = listenForStop(process, systemClock)
  const stopping = new AbortController()
  const patience = createPatience({
    now: systemClock.now,
    wait: async (ms) => void (await Promise.race([sleep(systemClock, ms), stop.asked])),
    random: () => Math.random(),
  })
  let signal: string | undefined
  let isAway = false
  void stop.asked.then((asked) => {
    signal = asked
    bar.end()
    remark('Stopping: what is on its way is finished first. Once more ends it at once.')
    stopping.abort()
  })
  const draw = (report: UploadReport): void => {
    const wrong = report.failed.length === 0 ? '' : `${report.failed.length} failed`
    bar.draw({ done: doneOf(report), total: items.length, what: 'images', before: report.present, wrong })
  }
  const letGo = stayAlive()
  try {
    const report = await runUpload({
      client,
      fields,
      patience,
      waiting({ message }) {
        if (!isAway) bar.above(() => warn(`${message} Trying again …`))
        isAway = true
      },
      stopping: stopping.signal,
      items,
      journal,
      clock: systemClock,
      concurrency,
      tell(item, result, now) {
        isAway = false
        const line = lineOf(item, result, { json: options.json === true, count: items.length })
        if (line !== undefined) bar.above(() => console.log(line))
        draw(now)
      },
    })
    bar.end()
    const missing = items.length - doneOf(report)
    const isWhole = missing === 0 && report.failed.length === 0
    journal.close(isWhole ? marksOf(items) : undefined)
    const elapsedMs = systemClock.monotonic() - begunAt
    if (!options.json || report.failed.length > 0 || missing > 0)
      process.stderr.write(`${uploadSummary(report, { elapsedMs, passedOver, missing })}\n`)
    if (report.broken !== undefined && signal === undefined) throw report.broken
    if (missing > 0) process.exitCode = signal === 'SIGTERM' ? 143 : 130
    else if (report.failed.length > 0) process.exitCode = 1
  } finally {
    bar.end()
    journal.close()
    letGo()
    stop.done()
  }
}
