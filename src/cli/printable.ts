/** Names are somebody's text: on a terminal they must not move the cursor, change colours or turn the direction of a line. */
export const printable = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')

/** At most so many characters of a text; where some are left out, an ellipsis says so. */
export const cut = (text: string, room: number): string =>
  text.length <= room ? text : `${text.slice(0, Math.max(0, room - 1))}…`
