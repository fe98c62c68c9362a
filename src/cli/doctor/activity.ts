import { styleText } from 'node:util'

type Screen = { readonly isTTY?: boolean; write(text: string): unknown }

/** Says on a terminal what is being asked at the moment; elsewhere nothing. `end` takes the line away. */
export const createActivity = (screen: Screen) => ({
  tell(words: string): void {
    if (screen.isTTY) screen.write(`\r\x1b[K  ${styleText('gray', `… ${words}`)}`)
  },
  end(): void {
    if (screen.isTTY) screen.write('\r\x1b[K')
  },
})
