import { styleText } from 'node:util'
import { pale, type Style } from '../../colours.ts'
import { labelled } from '../../labelled.ts'
import { size, span } from '../../measures.ts'
import { printable } from '../../printable.ts'
import type { UploadReport, UploadResult } from './run-upload.ts'
import type { UploadItem } from './upload-item.ts'

/** How many images a person reads about one by one. */
const fewImages = 20

const firstUrl = (result: UploadResult): string =>
  result.status === 'uploaded' ? (result.image.variants[0] ?? '') : ''

/** What is told of an image when it is done: to a program always, to a person where they are few. */
export const lineOf = (
  { source }: UploadItem,
  result: UploadResult,
  { json, count }: { readonly json: boolean; readonly count: number },
): string | undefined => {
  if (json) {
    const { status } = result
    if (result.status !== 'failed') return JSON.stringify({ file: source, ...result })
    const { httpStatus, problem, fix } = result
    return JSON.stringify({ file: source, status, error: { status: httpStatus, message: problem, fix } })
  }
  if (result.status === 'failed') return undefined
  const { id } = result
  if (!process.stdout.isTTY) return [id, printable(source), firstUrl(result)].join('\t')
  if (count > fewImages) return undefined
  const url = result.status === 'present' ? pale('was there already') : styleText('cyan', printable(firstUrl(result)))
  return `${styleText('green', '✓')} ${printable(source)}  ${pale(printable(id))}\n  ${url}`
}

const images = (count: number): string => `${count} ${count === 1 ? 'image' : 'images'}`

/** What came of it, for a person: the counts, then each failure with its mend. */
export const uploadSummary = (
  { uploaded, present, bytes, failed }: UploadReport,
  {
    elapsedMs,
    passedOver,
    missing,
  }: { readonly elapsedMs: number; readonly passedOver: number; readonly missing: number },
): string => {
  const { isTTY, columns } = process.stderr
  const style = (name: Style, text: string): string => styleText(name, text, { stream: process.stderr })
  const lines = (label: string, text: string, name: Style): readonly string[] =>
    labelled(label, label.length, text, { columns: isTTY ? columns : undefined }).map((line) => style(name, line))
  const inTime = elapsedMs >= 1000 ? ` in ${span(elapsedMs)}` : ''
  const others = passedOver === 1 ? '1 other file was' : `${passedOver} other files were`
  return [
    `${style('green', `Uploaded ${images(uploaded)}`)}${bytes === 0 ? '' : ` (${size(bytes)})`}${inTime}.`,
    ...(present === 0 ? [] : [`${images(present)} ${present === 1 ? 'was' : 'were'} there already.`]),
    ...(passedOver === 0 ? [] : lines('', `${others} passed over: no images by their names.`, 'gray')),
    ...(missing === 0
      ? []
      : lines('', `Stopped with ${images(missing)} to go; the same command goes on from here.`, 'yellow')),
    ...(failed.length === 0 ? [] : [style('red', `${failed.length} failed:`)]),
    ...failed.flatMap(({ source, problem, fix }) => [
      ...lines('  ', `${printable(source)}: ${printable(problem)}`, []),
      ...lines('    → ', fix, 'gray'),
    ]),
  ].join('\n')
}
