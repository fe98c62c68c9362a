import { paint, type Screen } from './screen.ts'
import { flow } from './text.ts'

/** Prints a sentence, broken at its spaces, behind an indent. */
export const say = (screen: Screen, sentence: string, tone?: Parameters<typeof paint>[0], indent = '  '): void => {
  const lines = flow(sentence.split(' '), screen.columns() - indent.length)
  screen.print(...lines.map((line) => indent + (tone ? paint(tone, line) : line)))
}

/** Prints what stands now: a check mark, what it is, and more about it. */
export const sayDone = (screen: Screen, what: string, more: string): void => {
  const lines = flow(more.split(' '), screen.columns() - what.length - 6)
  const indent = ' '.repeat(what.length + 6)
  screen.print(
    ...lines.map((line, index) =>
      index === 0 ? `  ${paint('good', '✓')} ${paint('title', what)}  ${line}` : indent + line,
    ),
  )
}

/** Says what goes on while the work lasts; on a live screen only. */
export const whileDoing = async <Result>(
  screen: Screen,
  what: string,
  work: () => Promise<Result>,
): Promise<Result> => {
  screen.show((_, spinner) => [`  ${paint('news', spinner)} ${what} …`])
  try {
    return await work()
  } finally {
    screen.show(undefined)
  }
}
