import { styleText } from 'node:util'

/** A colour or a weight of text, as Node names it. */
export type Style = Parameters<typeof styleText>[0]

/** What is beside the point. Where the output is no terminal, and where NO_COLOR is set, no style shows. */
export const pale = (text: string): string => styleText('gray', text)
export const bold = (text: string): string => styleText('bold', text)

const states: Readonly<Record<string, Style>> = {
  active: 'green',
  succeeded: 'green',
  finished: 'green',
  uploaded: 'green',
  pending: 'yellow',
  running: 'yellow',
  paused: 'yellow',
  draft: 'yellow',
  suspended: 'red',
  dead: 'red',
  failed: 'red',
  revoked: 'gray',
  canceled: 'gray',
}

/** The colour of a state; none for a word that is no state. */
export const stateStyle = (state: string): Style => states[state] ?? []

/** The colour of an answer: only 2xx is good. */
export const statusStyle = (status: number | null): Style =>
  status !== null && status >= 200 && status <= 299 ? 'green' : 'red'

export const inState = (state: string): string => styleText(stateStyle(state), state)
