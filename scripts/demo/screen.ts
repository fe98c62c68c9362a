import { styleText } from 'node:util'
import { atExit } from './belongings.ts'

/** The colours in use, by what they say. */
export type Tone = 'title' | 'good' | 'bad' | 'news' | 'quiet'

const formats = {
  title: 'bold',
  good: 'green',
  bad: 'red',
  news: 'yellow',
  quiet: 'dim',
} as const satisfies Record<Tone, Parameters<typeof styleText>[0]>

/** Colours a text where the terminal shows colours; NO_COLOR and FORCE_COLOR are heeded. */
export const paint = (tone: Tone, text: string): string => styleText(formats[tone], text, { stream: process.stdout })

const hideCursor = '\u001b[?25l'
const showCursor = '\u001b[?25h'
const eraseDown = '\u001b[0J'
const linesUp = (count: number): string => (count > 0 ? `\u001b[${count}A\r` : '')

const spinnerFrames = [...'⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏']
const frameMs = 80

/** Says what is going on now, in at most `columns` columns; `spinner` turns. */
export type Scene = (columns: number, spinner: string) => readonly string[]

/** Where the demo is shown. */
export type Screen = {
  /** Whether lines can change after they were written. */
  readonly isLive: boolean
  /** Usable columns, now. */
  columns(): number
  /** Writes lines that stay. */
  print(...lines: readonly string[]): void
  /** Live only: draws the scene below what stays, again and again, until the next scene or undefined. */
  show(scene: Scene | undefined): void
}

/** Standard output: alive on a terminal, line after line elsewhere. */
export const openScreen = (): Screen => {
  const { stdout } = process
  const isLive = stdout.isTTY && process.env['TERM'] !== 'dumb'
  const columns = (): number => (stdout.isTTY ? Math.max(20, stdout.columns - 1) : 100)
  let scene: Scene | undefined
  let drawnCount = 0
  let timer: NodeJS.Timeout | undefined

  const erase = (): string => {
    const erasing = drawnCount > 0 ? linesUp(drawnCount) + eraseDown : ''
    drawnCount = 0
    return erasing
  }
  const draw = (): string => {
    if (!scene) return ''
    const frame = Math.floor(performance.now() / frameMs) % spinnerFrames.length
    // What has scrolled off the top cannot be drawn again, so no more is drawn than the terminal is high.
    const lines = scene(columns(), spinnerFrames[frame] ?? '').slice(-Math.max(1, stdout.rows - 1))
    drawnCount = lines.length
    return lines.map((line) => `${line}\n`).join('')
  }
  const redraw = (): void => void stdout.write(erase() + draw())

  if (isLive) {
    stdout.write(hideCursor)
    atExit(() => stdout.write(showCursor))
  }
  return {
    isLive,
    columns,
    print(...lines) {
      stdout.write(`${erase()}${lines.map((line) => `${line}\n`).join('')}${draw()}`)
    },
    show(next) {
      if (!isLive) return
      clearInterval(timer)
      scene = next
      redraw()
      if (next) timer = setInterval(redraw, frameMs)
    },
  }
}
