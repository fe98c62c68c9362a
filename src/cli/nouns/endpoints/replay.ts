import { type Command, Option } from 'commander'
import type { CallResult, Client } from '../../../client/client.ts'
import { ConfigError } from '../../../config/config-error.ts'
import { sleep, systemClock } from '../../../domain/clock.ts'
import { inState } from '../../colours.ts'
import { ago } from '../../measures.ts'
import { printable } from '../../printable.ts'
import { createBar } from '../../progress-bar.ts'
import { readInstant } from '../../read-flags.ts'
import { remark } from '../../remark.ts'
import { stayAlive } from '../../stay-alive.ts'
import { listenForStop } from '../../stop-wish.ts'
import { type Column, printJson, printTable } from '../../table.ts'
import { firstWord, type Verb, type VerbCall } from '../verb.ts'

type ReplayOptions = {
  readonly since?: string
  readonly until?: string
  readonly state?: 'dead' | 'succeeded'
  readonly missing?: boolean
  readonly dryRun?: boolean
  readonly detach?: boolean
  readonly follow?: string
  readonly cancel?: string
}

type Replay = CallResult<'getImagesV1WebhooksReplaysId'>

/** A small one is done at once; of a large one nobody wants to know so often. */
const looksMs = [50, 100, 200, 500]

const isWithin = ({ words }: VerbCall<ReplayOptions>): boolean => words.length === 1

const counts = ({ replayed_count: replayed, looked_count: looked }: Replay): string =>
  `${replayed} sent again, of ${looked} looked at`

/** How to come back to a replay that goes on by itself. */
const leave = (id: string): string =>
  `The replay goes on at the server. Watch it with: imagehooks endpoints replay --follow ${id}\nEnd it with: imagehooks endpoints replay --cancel ${id}`

/** Watches a replay to its end; Ctrl-C leaves it running. Exit code 130 or 143 when it was left. */
const follow = async (client: Client, begun: Replay): Promise<Replay> => {
  const bar = createBar(process.stderr, systemClock.monotonic)
  const stop = listenForStop(process, systemClock)
  const letGo = stayAlive()
  let left: string | undefined
  void stop.asked.then((signal) => (left = signal))
  try {
    let replay = begun
    for (let looks = 0; replay.state === 'running' && left === undefined; looks++) {
      bar.draw({ done: replay.replayed_count, total: undefined, share: replay.progress, what: 'sent again' })
      await Promise.race([sleep(systemClock, looksMs[looks] ?? 500), stop.asked])
      if (left === undefined) replay = await client.call('getImagesV1WebhooksReplaysId', { path: { id: begun.id } })
    }
    if (left !== undefined) process.exitCode = left === 'SIGTERM' ? 143 : 130
    return replay
  } finally {
    bar.end()
    letGo()
    stop.done()
  }
}

const report = (replay: Replay, { json }: { readonly json?: boolean }): void => {
  if (json) return printJson(replay)
  console.log(`${printable(replay.id)}  ${inState(replay.state)}  ${counts(replay)}`)
  if (replay.state === 'running') process.stderr.write(`${leave(printable(replay.id))}\n`)
  else if (replay.replayed_count > 0)
    remark(`They are sent now, behind first attempts: imagehooks deliveries tail --endpoint ${replay.webhook_id}`)
}

const start = async (call: VerbCall<ReplayOptions>): Promise<void> => {
  const { client, options } = call
  if (!isWithin(call)) throw new ConfigError('Name the endpoint, webhook_…; imagehooks endpoints list shows them.')
  if (options.since === undefined) throw new ConfigError('Say from when on: --since 24h, or an instant.')
  if (options.missing && options.state)
    throw new ConfigError('--missing takes events without a delivery, so no --state goes with it.')
  const now = systemClock.now()
  const result = await client.call('postImagesV1WebhooksIdReplay', {
    path: { id: firstWord(call) },
    body: {
      since: readInstant('--since', options.since, now),
      ...(options.until !== undefined && { until: readInstant('--until', options.until, now) }),
      ...(options.state && { state: options.state }),
      ...(options.missing && { missing: true }),
      ...(options.dryRun && { dry_run: true }),
    },
  })
  if ('dry_run' in result) {
    if (options.json) return printJson(result)
    const { replayed_count: count, complete } = result
    console.log(`${complete ? '' : 'at least '}${count} would be sent again`)
    return
  }
  report(options.detach ? result : await follow(client, result), options)
}

const declare = (command: Command): void => {
  command
    .argument('[id]', 'webhook_…')
    .option('--since <when>', 'events from this instant on, or from so long ago, such as 24h')
    .option('--until <when>', 'events before this instant (default: now)')
    .addOption(new Option('--state <state>', 'which deliveries (default: dead)').choices(['dead', 'succeeded']))
    .option('--missing', 'instead: events of its types that have no delivery to it, also from before it was made')
    .option('--dry-run', 'only say how many it would be')
    .option('--detach', 'do not watch it')
    .option('--follow <replay>', 'watch one that runs, rpl_…')
    .option('--cancel <replay>', 'end one that runs; what is pending already stays so')
}

/** `imagehooks endpoints replay`: many deliveries, as a job of the server that outlives this command. */
export const replayVerb: Verb<ReplayOptions> = {
  name: 'replay',
  description: 'send many dead or finished deliveries again, or what an endpoint missed',
  declare,
  examples: [
    ['endpoints replay webhook_01j… --since 24h --dry-run', 'how many died since yesterday'],
    ['endpoints replay webhook_01j… --since 24h', 'send them again, and watch; Ctrl-C leaves it running'],
    ['endpoints replay webhook_01j… --since 2026-01-31T08:00:00Z --missing', 'what it never got'],
    ['endpoints replay --cancel rpl_01j…', 'end it'],
  ],
  async run(call) {
    const { client, options } = call
    const other = options.cancel ?? options.follow
    if (other === undefined) return start(call)
    if (isWithin(call) || options.since !== undefined || (options.cancel && options.follow))
      throw new ConfigError('--follow and --cancel take a replay, and nothing goes with them.')
    const path = { id: other }
    if (options.cancel) return report(await client.call('deleteImagesV1WebhooksReplaysId', { path }), options)
    report(await follow(client, await client.call('getImagesV1WebhooksReplaysId', { path })), options)
  },
}

const columns: readonly Column<Replay>[] = [
  { title: 'ID', of: ({ id }) => id, whole: true },
  { title: 'STATE', of: ({ state }) => state, shown: ({ state }) => state },
  { title: 'WHAT', of: ({ selection }) => selection },
  { title: 'DONE', of: ({ progress }) => `${Math.floor(progress * 100)} %` },
  { title: 'SENT AGAIN', of: ({ replayed_count: count }) => count },
  { title: 'BEGUN', of: ({ created }) => created, shown: ({ created }) => ago(created, systemClock.now()) },
]

/** `imagehooks endpoints replays`. */
export const replaysVerb: Verb<object> = {
  name: 'replays',
  description: 'list the replays of an endpoint, newest first',
  declare: (command) => command.argument('<id>', 'webhook_…'),
  examples: [['endpoints replays webhook_01j…', 'what was sent again, and what is on its way']],
  async run(call) {
    const result = await call.client.call('getImagesV1WebhooksIdReplays', { path: { id: firstWord(call) } })
    if (call.options.json) return printJson(result)
    await printTable(result.replays, columns, 'Nothing was replayed to this endpoint.')
  },
}
