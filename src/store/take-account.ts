import type { Statement } from './database.ts'

/** Changes nothing but takes the account's row, so that units which count what it has follow one another. */
export const takeAccount = (accountId: string): Statement => ({
  sql: 'update account set name = name where id = $1',
  parameters: [accountId],
  expect: 1,
})
