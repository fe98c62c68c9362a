import { parseArgs } from 'node:util'
import { endOnSignals } from '../demo/belongings.ts'
import { DemoError, inWords } from '../demo/demo-error.ts'
import { openScreen } from '../demo/screen.ts'
import { type LedgerWish, showLedger } from './show-ledger.ts'

const help = `Usage: npm run ledger -- [--minutes 1] [--database postgres|sqlite]

Uploads at a steady rate while processes are killed, stopped and restarted, and then balances what was promised with what
was received. It needs nothing but this checkout and leaves nothing behind. Exits 0 when nothing was lost.`

const readArguments = (): LedgerWish | undefined => {
  const options = {
    minutes: { type: 'string', default: '1' },
    database: { type: 'string', default: 'postgres' },
    help: { type: 'boolean', short: 'h', default: false },
  } as const
  try {
    const { values } = parseArgs({ options })
    if (values.help) return undefined
    const minutes = Number(values.minutes)
    if (!(minutes > 0 && minutes <= 24 * 60)) throw new DemoError('--minutes must be a number up to 1440, such as 5.')
    const { database } = values
    if (database !== 'sqlite' && database !== 'postgres') throw new DemoError('--database must be sqlite or postgres.')
    return { minutes, database }
  } catch (error) {
    if (error instanceof DemoError) throw error
    throw new DemoError(`${error instanceof Error ? error.message : String(error)}\n\n${help}`, { cause: error })
  }
}

/** The ledger: exits 0 when every promise was kept, else 1. */
export const main = async (): Promise<void> => {
  endOnSignals()
  try {
    const wish = readArguments()
    if (!wish) return console.log(help)
    process.exitCode = (await showLedger(openScreen(), wish)) ? 0 : 1
  } catch (error) {
    console.error(inWords(error))
    process.exit(1)
  }
}
