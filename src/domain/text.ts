/**
 * The one rule for texts of users: well-formed Unicode without control characters (so no NUL, which PostgreSQL cannot
 * hold, and no lone surrogates, which have no UTF-8). Spaces, emoji and every script are fine.
 */
export const isPlainText = (text: string): boolean => text.isWellFormed() && !/\p{Cc}/u.test(text)
