import { type Command, InvalidArgumentError, Option } from 'commander'
import { createImportSource } from '../client/import-source.ts'
import { createImportTarget } from '../client/import-target.ts'
import { patientFetch, type Waiting } from '../client/patient-fetch.ts'
import { ConfigError } from '../config/config-error.ts'
import { systemClock } from '../domain/clock.ts'
import { addApiOptions, type ApiOptions, serverOf } from './api-options.ts'
import { addExamples } from './examples.ts'
import { openJournal } from './import-journal.ts'
import { createProgress, importSummary } from './import-progress.ts'
import { runImport } from './import-run.ts'
import { remark } from './remark.ts'
import { listenForStop } from './stop-wish.ts'

type ImportOptions = ApiOptions & {
  readonly fromAccount: string
  readonly fromUrl: string
  readonly concurrency: number
  readonly journal?: string
  readonly events?: boolean
  readonly json?: boolean
}

const mostAtOnce = 32

const atOnce = (text: string): number => {
  const count = Number(text)
  if (Number.isInteger(count) && count >= 1 && count <= mostAtOnce) return count
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${mostAtOnce}.`)
}

const machine: Waiting = {
  now: () => Date.now(),
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: () => Math.random(),
}

/** Without the path that the client puts behind every address. */
const serverUrl = (text: string): string => {
  const url = URL.parse(text)
  if (!url || !['https:', 'http:'].includes(url.protocol) || url.username !== '')
    throw new ConfigError('--from-url must be a URL such as https://api.cloudflare.com/client/v4, without a password.')
  return text.replace(/\/+$/, '').replace(/\/client\/v4$/, '')
}

/** `imagehooks import`: exit code 0 when all is here, 1 when something did not come over, 130 or 143 when it was stopped. */
const importAccount = async (command: Command, options: ImportOptions): Promise<void> => {
  const sourceToken = process.env['CLOUDFLARE_API_TOKEN']
  if (!sourceToken)
    throw new ConfigError('Put an API token that may read images at the source into CLOUDFLARE_API_TOKEN.')
  const fetchPatiently = () => patientFetch((request) => fetch(request), machine)
  const from = { url: serverUrl(options.fromUrl), accountId: options.fromAccount }
  const { server, ...access } = await serverOf(command, options)
  const into = { url: server, ...access }
  const path = options.journal ?? `imagehooks-import-${from.accountId.replaceAll(/[^0-9A-Za-z]/g, '')}.jsonl`
  const journal = openJournal(path, {
    from: `${from.url} ${from.accountId}`,
    into: `${into.url} ${into.accountId}`,
  })
  const progress = createProgress(process.stderr, systemClock.monotonic)
  const stop = listenForStop(process, systemClock)
  const stopping = new AbortController()
  void stop.asked.then((signal) => {
    process.exitCode = signal === 'SIGINT' ? 130 : 143
    progress.end()
    remark('Stopping: what is on its way is finished first. Once more ends it at once; the next run goes on.')
    stopping.abort()
  })
  try {
    const report = await runImport({
      source: createImportSource({ ...from, token: sourceToken, fetch: fetchPatiently() }),
      target: createImportTarget({ ...into, fetch: fetchPatiently() }),
      journal,
      concurrency: options.concurrency,
      events: options.events === true,
      progress: progress.draw,
      stopping: stopping.signal,
    })
    progress.end()
    console.log(options.json ? JSON.stringify({ ...report, journal: path }, null, 2) : importSummary(report))
    if (report.failed.length > 0) process.exitCode ??= 1
  } finally {
    progress.end()
    stop.done()
  }
}

export const declareImport = (command: Command): void => {
  command
    .addOption(
      new Option('--from <service>', 'what the source speaks').choices(['cloudflare']).makeOptionMandatory(true),
    )
    .requiredOption('--from-account <id>', 'the account there; its API token is taken from CLOUDFLARE_API_TOKEN')
    .option('--from-url <url>', 'where the source is', 'https://api.cloudflare.com/client/v4')
    .option('--concurrency <count>', `images on their way at once, up to ${mostAtOnce}`, atOnce, 4)
    .option('--journal <file>', 'what is done, so that a second run goes on (default: named after the account)')
    .option('--events', 'send image.uploaded for each image (default: nothing is sent)')
    .option('--json', 'print JSON')
    .action((options: ImportOptions) => importAccount(command, options))
  addApiOptions(command)
  addExamples(command, [
    ['import --from cloudflare --from-account 023e…', 'into the server of imagehooks dev'],
    [
      'import --from cloudflare --from-account 023e… --url https://images.example.com --account 9f86…',
      'into a server of yours, with its token in IMAGEHOOKS_API_TOKEN',
    ],
  ])
}
