import type { AccountSettings } from '../domain/account.ts'
import { findAccountSettings, toAccountSettings, updateAccountSettings } from '../store/accounts.ts'
import type { Database } from '../store/database.ts'

export type Settings = {
  find(accountId: string): Promise<AccountSettings>
  /** Changes what is given; answers all. */
  edit(accountId: string, change: Partial<AccountSettings>): Promise<AccountSettings>
}

const gone = (accountId: string): Error => new Error(`The account ${accountId} is gone; accounts are never removed.`)

/** What accounts chose for serving their images. */
export const createSettings = (database: Database): Settings => ({
  async find(accountId) {
    const settings = await findAccountSettings(database, accountId)
    if (!settings) throw gone(accountId)
    return settings
  },
  async edit(accountId, change) {
    const outcome = await database.write([updateAccountSettings(accountId, change)])
    const row = outcome.committed ? outcome.rows[0]?.[0] : undefined
    if (!row) throw gone(accountId)
    return toAccountSettings(row)
  },
})
