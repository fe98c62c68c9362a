import { parseArgs } from 'node:util'
import { endOnSignals } from './belongings.ts'
import { DemoError, inWords } from './demo-error.ts'
import { openScreen } from './screen.ts'
import { showJob } from './show-job.ts'
import { showKills } from './show-kills.ts'

const help = `Usage: npm run demo -- [images…]     shows an upload all the way to a Worker, with your images or with samples
       npm run demo -- --kill         kills the server again and again while 100 images are uploaded

Both need nothing but this checkout, use free ports and a temporary folder, and leave nothing behind.`

const readArguments = (): { files: readonly string[]; kill: boolean; help: boolean } => {
  const options = {
    kill: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  } as const
  try {
    const { values, positionals: files } = parseArgs({ options, allowPositionals: true })
    if (values.kill && files.length > 0) throw new DemoError('--kill makes its own photos; leave the files out.')
    return { files, ...values }
  } catch (error) {
    if (error instanceof DemoError) throw error
    throw new DemoError(`${error instanceof Error ? error.message : String(error)}\n\n${help}`, { cause: error })
  }
}

/** The demo: exits 0 when everything is there that should be, else 1. */
export const main = async (): Promise<void> => {
  endOnSignals()
  try {
    const wish = readArguments()
    if (wish.help) return console.log(help)
    const screen = openScreen()
    const isGood = wish.kill ? await showKills(screen) : await showJob(screen, wish.files)
    process.exitCode = isGood ? 0 : 1
  } catch (error) {
    console.error(inWords(error))
    process.exit(1)
  }
}
