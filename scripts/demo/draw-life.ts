import { isGood, isWhole, type Life, type Step } from './life.ts'
import { paint } from './screen.ts'
import { cut, duration, flow, harmless, padded } from './text.ts'

/** What to call a failed attempt in a word or two. */
const failure = (status: number | null, error: string | null): string => {
  if (status !== null) return `HTTP ${status}`
  return error !== null && /refused/i.test(error) ? 'refused' : harmless(error ?? 'no answer')
}

/** A step without its time. */
const stepText = (step: Step): string => {
  switch (step.kind) {
    case 'upload':
      return `upload ${paint('good', '✓')}`
    case 'refusal':
      return `upload ${paint('bad', `✗ ${harmless(step.sentence)}`)}`
    case 'event':
      return 'event'
    case 'attempt': {
      const { number, status, error } = step.attempt
      const outcome = isGood(step.attempt)
        ? paint('good', `✓ ${status}`)
        : paint('bad', `✗ ${cut(failure(status, error), 30)}`)
      return `attempt ${number} ${outcome}`
    }
    case 'worker-back':
      return paint('news', 'Worker back')
    case 'row':
      return `D1 row ${paint('good', '✓')}`
    case 'job':
      return `job ${paint('good', '✓')}`
  }
}

/** A step with its time since the upload began. */
export const drawStep = (step: Step): string => `${stepText(step)} ${paint('quiet', `+${duration(step.atMs)}`)}`

/** A line for each step as it comes, where lines cannot change. */
export const drawStepAlone = ({ filename }: Life, step: Step, nameWidth: number): string =>
  `${padded(cut(filename, nameWidth), nameWidth)}  ${drawStep(step)}`

/** The mark before a life: the spinner while it goes on, then how it ended. */
const markOf = (life: Life, spinner: string | undefined): string => {
  if (spinner !== undefined) return paint('news', spinner)
  return isWhole(life) ? paint('good', '✓') : paint('bad', '✗')
}

/** Below this many columns the name gets a line of its own. */
const narrowColumns = 70

/** A step with what leads to the next; a refusal is a sentence, which may break at its spaces. */
const piecesOf = (step: Step, leadsOn: string): string[] =>
  step.kind === 'refusal'
    ? ['upload', ...`✗ ${harmless(step.sentence)}`.split(' ').map((word) => paint('bad', word))]
    : [`${drawStep(step)}${paint('quiet', leadsOn)}`]

/** The life of an image: its name, and its steps with arrows between, on as many lines as it takes. */
export const drawLife = (life: Life, nameWidth: number, columns: number, spinner?: string): string[] => {
  const { filename, steps } = life
  const mark = markOf(life, spinner)
  const isNarrow = columns < narrowColumns
  const indent = isNarrow ? 6 : nameWidth + 6
  const end = spinner === undefined ? '' : ' → …'
  const pieces = steps.flatMap((step, index) => piecesOf(step, index < steps.length - 1 ? ' →' : end))
  const lines = flow(pieces.length > 0 ? pieces : [paint('quiet', '…')], columns - indent)
  const name = cut(filename, isNarrow ? columns - 4 : nameWidth)
  const hanging = lines.map((line) => ' '.repeat(indent) + line)
  if (isNarrow) return [`  ${mark} ${name}`, ...hanging]
  return [`  ${mark} ${padded(name, nameWidth)}  ${lines[0] ?? ''}`, ...hanging.slice(1)]
}
