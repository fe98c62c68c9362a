import { styleText } from 'node:util'
import type { Style } from './colours.ts'
import { span } from './measures.ts'

/** Where a bar is drawn. */
export type Screen = { readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown }

/** How far a work is. */
export type Progress = {
  readonly done: number
  /** Undefined where nobody knows. */
  readonly total: number | undefined
  /** What is counted, such as `images`. */
  readonly what: string
  /** How much of all is behind, 0 to 1, where that is known and the total is not. */
  readonly share?: number
  /** How many of those were done before this work began: they tell nothing about its pace. */
  readonly before?: number
  /** What went wrong so far, such as `2 failed`; empty when nothing did. */
  readonly wrong?: string
}

export type Bar = {
  draw(progress: Progress): void
  /** Prints lines above the bar. */
  above(print: () => void): void
  /** Wipes the bar away. */
  end(): void
}

/** A line each so many things, where nobody watches. */
const plainStep = 100
/** A bar that is drawn more often flickers. */
const leastPauseMs = 40
const longestBar = 40
const shortestBar = 8
/** Before, a rate is a guess. */
const rateAfterMs = 1000
/** A rate is that of the last while: what was long ago tells nothing about what comes. */
const rateOverMs = 5000

/** Eighths of a character, so that a bar creeps rather than jumps. */
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

const barOf = (share: number, room: number, style: (style: Style, text: string) => string): string => {
  const filled = Math.min(room, share * room)
  const part = eighths[Math.floor((filled % 1) * 8)] ?? ''
  const full = `${'█'.repeat(Math.floor(filled))}${part}`
  return style('green', full) + style('gray', '░'.repeat(room - full.length))
}

const rateWords = (perSecond: number): string => `${perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond)}/s`

/**
 * Draws how far a work is: on a terminal a bar with the counts, how fast it goes and how long it will take, as much of it
 * as fits; elsewhere a line now and then. `now` is in milliseconds and never goes back.
 */
export const createBar = (screen: Screen, now: () => number): Bar => {
  /** How much was done when, over the last while, oldest first. */
  const marks: { readonly at: number; readonly done: number }[] = [{ at: now(), done: 0 }]
  let drawnAt = Number.NEGATIVE_INFINITY
  // Only a stream of Node's says by itself whether it shows colours.
  const style = (name: Style, text: string): string =>
    screen === process.stderr ? styleText(name, text, { stream: process.stderr }) : text

  const end = (): void => {
    if (screen.isTTY) screen.write('\r\u001B[K')
  }

  const pace = (done: number, total: number | undefined, before: number): readonly string[] => {
    const at = now()
    const made = done - before
    while (marks.length > 1 && at - (marks[0]?.at ?? at) > rateOverMs) marks.shift()
    const oldest = marks[0] ?? { at, done: made }
    marks.push({ at, done: made })
    const elapsedMs = at - oldest.at
    const perSecond = ((made - oldest.done) / elapsedMs) * 1000
    if (elapsedMs < rateAfterMs || !(perSecond > 0)) return []
    const left =
      total === undefined || total <= done ? [] : [`${span(1000 * Math.ceil((total - done) / perSecond))} left`]
    return [...left, rateWords(perSecond)]
  }

  return {
    draw({ done, total: said, what, share: known, before = 0, wrong = '' }) {
      const total = said === undefined ? undefined : Math.max(said, done)
      const share = total ? done / total : known
      const count = `${done}${total === undefined ? '' : ` of ${total}`} ${what}`
      if (!screen.isTTY) {
        if (done > 0 && done % plainStep === 0) screen.write(`${count}${wrong === '' ? '' : `, ${wrong}`}\n`)
        return
      }
      if (share !== 1 && now() - drawnAt < leastPauseMs) return
      drawnAt = now()
      const width = (screen.columns ?? 80) - 1
      // What matters least is left out first.
      const percent = known === undefined ? [] : [`${Math.floor(known * 100)} %`]
      const words = [count, ...percent, ...(wrong === '' ? [] : [wrong]), ...pace(done, total, before)]
      const needed = (): number => words.join(' · ').length
      while (words.length > 1 && needed() + (share === undefined ? 0 : shortestBar + 1) > width) words.pop()
      const room = Math.min(longestBar, width - needed() - 1)
      const bar = share !== undefined && room >= shortestBar ? `${barOf(share, room, style)} ` : ''
      const text = words.map((word) => (word === wrong ? style('red', word) : word)).join(style('gray', ' · '))
      screen.write(`\r\u001B[K${bar}${needed() > width ? count.slice(0, width) : text}`)
    },
    above(print) {
      end()
      print()
      drawnAt = Number.NEGATIVE_INFINITY
    },
    end,
  }
}
