import { Option } from 'commander'
import type { CallResult } from '../../../client/client.ts'
import { pale } from '../../colours.ts'
import { type Fact, printFacts } from '../../facts.ts'
import { span } from '../../measures.ts'
import { printable } from '../../printable.ts'
import { sparkline } from '../../sparkline.ts'
import { printJson } from '../../table.ts'
import type { Verb } from '../verb.ts'

type AccountStats = CallResult<'getImagesV1WebhooksStats'>
type Stats = CallResult<'getImagesV1WebhooksIdStats'> & Partial<Pick<AccountStats, 'attention'>>

const windows = ['1h', '24h', '7d', '30d'] as const

/** As many as fit beside a name, each the sum of some steps. */
const folded = (values: readonly number[], room: number): readonly number[] => {
  const size = Math.ceil(values.length / room)
  return Array.from({ length: Math.ceil(values.length / size) }, (_, at) =>
    values.slice(at * size, (at + 1) * size).reduce((sum, value) => sum + value, 0),
  )
}

const rate = (share: number | null): string =>
  share === null ? '–' : `${(share * 100).toFixed(share === 1 ? 0 : 1)} %`

const milliseconds = (ms: number | null): string => (ms === null ? '–' : `${Math.round(ms)} ms`)

const factsOf = ({ window, totals, series }: Stats): readonly Fact[] => {
  const { latency_ms: latency, failures } = totals
  const wrong = Object.entries(failures)
    .toSorted(([, one], [, other]) => other - one)
    .map(([kind, count]) => `${kind} ${count}`)
  const line = sparkline(
    folded(
      series.map(({ attempts }) => attempts),
      Math.min(60, (process.stdout.columns ?? 80) - 24),
    ),
  )
  return [
    ['window', window],
    ['images uploaded', 'images_uploaded' in totals ? Number(totals.images_uploaded) : undefined],
    ['deliveries succeeded', totals.deliveries_succeeded],
    ['deliveries dead', totals.deliveries_dead, totals.deliveries_dead > 0 ? 'red' : []],
    ['attempts', totals.attempts],
    ['success rate', rate(totals.success_rate)],
    [
      'answered within',
      `${milliseconds(latency.p50)} (half), ${milliseconds(latency.p95)} (95 %), ${milliseconds(latency.p99)} (99 %)`,
    ],
    ['failures', wrong.length === 0 ? undefined : wrong.join(', '), 'red'],
    ['over time', process.stdout.isTTY && totals.attempts > 0 ? line : undefined, 'cyan'],
  ]
}

const attentionOf = ({
  suspended,
  deliveries_dead: dead,
  oldest_due_seconds: due,
}: AccountStats['attention']): readonly string[] => [
  ...suspended.map(
    ({ id, name, reason }) =>
      `${name === '' ? id : `${name} (${id})`} is suspended: ${reason ?? 'no reason was noted'}`,
  ),
  ...(dead === 0 ? [] : [`${dead} deliveries are dead; endpoints replay sends them again`]),
  ...(due === null || due < 60 ? [] : [`a delivery has been due for ${span(due * 1000)}`]),
]

/** `imagehooks endpoints stats`: of one endpoint, or of the account. */
export const statsVerb: Verb<{ readonly window: (typeof windows)[number] }> = {
  name: 'stats',
  description: 'show how deliveries fare: of one endpoint, or of all',
  declare: (command) =>
    command
      .argument('[id]', 'webhook_…')
      .addOption(new Option('--window <span>', 'how far back').choices(windows).default('24h')),
  examples: [
    ['endpoints stats', 'of the account, and what needs attention'],
    ['endpoints stats webhook_01j… --window 7d', 'of one endpoint, over a week'],
  ],
  async run({ client, options, words }) {
    const [id] = words
    const query = { window: options.window }
    const stats: Stats =
      id === undefined
        ? await client.call('getImagesV1WebhooksStats', { query })
        : await client.call('getImagesV1WebhooksIdStats', { path: { id }, query })
    if (options.json) return printJson(stats)
    printFacts(factsOf(stats))
    const attention = stats.attention ? attentionOf(stats.attention) : []
    if (attention.length > 0) console.log(`\n${pale('Needs attention')}`)
    for (const sentence of attention) console.log(`  ${printable(sentence)}`)
  },
}
