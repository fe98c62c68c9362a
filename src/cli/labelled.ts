import wrapAnsi from 'wrap-ansi'

/** Where text is shown; `columns` is undefined where nothing is broken into lines, as in a file or a pipe. */
export type Screen = { readonly columns?: number | undefined }

/** No narrower, however narrow the terminal is. */
const leastRoom = 24

/**
 * Text behind a label, broken between words so that every line begins in the same column. `style` dresses the label, whose
 * width is counted before.
 */
export const labelled = (
  label: string,
  labelWidth: number,
  text: string,
  { columns }: Screen,
  style: (label: string) => string = (plain) => plain,
): readonly string[] => {
  const lines =
    columns === undefined
      ? [text]
      : wrapAnsi(text, Math.max(leastRoom, columns - labelWidth), { hard: true }).split('\n')
  return lines.map((line, at) => `${at === 0 ? style(label.padEnd(labelWidth)) : ' '.repeat(labelWidth)}${line}`)
}
