/** Names are somebody's text: on a terminal they must not move the cursor, change colours or turn the direction of a line. */
export const printable = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')
