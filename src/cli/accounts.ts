import { styleText } from 'node:util'
import type { Accounts } from '../accounts/accounts.ts'
import type { Storage } from '../config/config.ts'
import type { Account } from '../domain/account.ts'
import { systemClock } from '../domain/clock.ts'
import { createLog } from '../telemetry/log.ts'
import { printable } from './printable.ts'

export type AccountsOptions = { readonly json?: boolean | undefined }

/** Opens the store for one piece of work; nothing is sent and no port is opened. */
const withAccounts = async <Result>(
  storage: Storage,
  work: (accounts: Accounts) => Promise<Result>,
): Promise<Result> => {
  const { openAccounts } = await import('../compose/tools.ts')
  const { accounts, close } = await openAccounts(storage, { log: createLog({ clock: systemClock, level: 'warn' }) })
  try {
    return await work(accounts)
  } finally {
    await close()
  }
}

/** Every account. Where there is no database there is none, and none is made. */
const listAccounts = async (storage: Storage): Promise<readonly Account[]> => {
  const { hasDatabase } = await import('../compose/tools.ts')
  return hasDatabase(storage) ? withAccounts(storage, (accounts) => accounts.list()) : []
}

const view = ({ id, hash, name, createdAt }: Account) => ({
  id,
  hash,
  name,
  created: new Date(createdAt).toISOString(),
})

const printJson = (value: unknown): void => console.log(JSON.stringify(value, null, 2))

const pale = (text: string): string => styleText('gray', text)

/** `imagehooks accounts create`: the only time that the token is shown. */
export const createAccount = async (storage: Storage, options: AccountsOptions & { name: string }): Promise<void> => {
  const { account, token } = await withAccounts(storage, (accounts) => accounts.create({ name: options.name }))
  if (options.json) {
    printJson({ ...view(account), token })
    return
  }
  console.log(`${pale('account')}  ${account.id}`)
  console.log(`${pale('token')}    ${styleText('bold', token)}`)
  console.log(pale('The token is shown this once; keep it.'))
}

/** `imagehooks accounts list`, oldest first. */
export const printAccounts = async (storage: Storage, options: AccountsOptions): Promise<void> => {
  const views = (await listAccounts(storage)).map(view)
  if (options.json) {
    printJson(views)
    return
  }
  if (views.length === 0) {
    const place = storage.database.kind === 'sqlite' ? ` in ${storage.dataFolder}` : ''
    console.log(`There are no accounts${place} yet; make one with: imagehooks accounts create`)
  }
  for (const { id, created, name } of views) console.log(`${id}  ${pale(created)}  ${printable(name)}`)
}
