/**
 * `npm run bench`: how fast uploads become webhooks, how many uploads a second come in, and how many deliveries leave, each beside what the same
 * machine can do at best in the same run. `--json` for programs, `--quick` for a first look.
 */
import { parseArgs, styleText } from 'node:util'
import Table from 'cli-table3'
import { median } from './figures.ts'
import { measureLatency } from './latency.ts'
import { runProgram, startProgram, stopAll } from './processes.ts'
import { measureUploads } from './uploads.ts'

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
})
const { quick, json: asJson } = options
const inFlight = 64
const rounds = quick ? 3 : 5
const deliveriesPerRound = quick ? 10_000 : 20_000
const uploadsPerSecond = 50
const uploadCount = quick ? 250 : 1000

const terminal = process.stderr.isTTY && !asJson
const status = (text: string): void => {
  if (terminal) process.stderr.write(`\r\u001b[K${text}`)
}
const bar = (share: number): string =>
  `${'█'.repeat(Math.round(share * 30)).padEnd(30, '░')} ${Math.round(share * 100)} %`

const verdict = (good: boolean): string =>
  styleText(good ? 'green' : 'red', good ? 'reached' : 'missed', { stream: process.stdout })
const ms = (value: number): string => `${value.toFixed(1)} ms`

process.once('SIGINT', () => {
  stopAll()
  process.exit(130)
})

try {
  const latency = await measureLatency(uploadsPerSecond, uploadCount, (done) =>
    status(`uploads ${bar(done / uploadCount)}`),
  )
  status('uploads, as many as there can be')
  const small = await measureUploads('small', rounds, quick ? 200 : 1000)
  const large = await measureUploads('large', rounds, quick ? 16 : 64)
  const sink = await startProgram('sink.ts')
  const url = `http://127.0.0.1:${sink.line}/`
  const bare: number[] = []
  const engine: number[] = []
  for (let round = 0; round < rounds; round++) {
    status(`deliveries ${bar(round / rounds)}`)
    bare.push((await runProgram('drain-bare.ts', url, String(deliveriesPerRound), String(inFlight)))['perSecond'] ?? 0)
    engine.push(
      (await runProgram('drain-engine.ts', url, String(deliveriesPerRound), String(inFlight)))['perSecond'] ?? 0,
    )
  }
  await sink.stop()
  status('')
  const ratio = median(engine) / median(bare)
  const figures = {
    latency,
    small,
    large,
    deliveriesPerSecond: median(engine),
    barePerSecond: median(bare),
    ratio,
    bare,
    engine,
  }
  if (asJson) process.stdout.write(`${JSON.stringify(figures)}\n`)
  else {
    const table = new Table({
      head: ['what', 'measured', 'beside', 'must reach', ''],
      ...(process.stdout.isTTY ? {} : { style: { head: [], border: [] } }),
    })
    table.push(
      [
        `upload answered → webhook received, p50, at ${uploadsPerSecond} uploads/s`,
        ms(latency.webhookP50Ms),
        `upload ${ms(latency.uploadP50Ms)}`,
        '10 ms',
        verdict(latency.webhookP50Ms <= 10),
      ],
      [
        '  the same, p99',
        ms(latency.webhookP99Ms),
        `upload ${ms(latency.uploadP99Ms)}`,
        '50 ms',
        verdict(latency.webhookP99Ms <= 50),
      ],
      [
        `deliveries/s, one endpoint, ${inFlight} in flight, median of ${rounds}`,
        Math.round(median(engine)).toLocaleString('en'),
        `bare pool ${Math.round(median(bare)).toLocaleString('en')}`,
        '0.40 of it',
        `${ratio.toFixed(2)} ${verdict(ratio >= 0.4)}`,
      ],
      ...[small, large].map((rate) => [
        `uploads/s, JPEG of ${(rate.fileBytes / 1e6).toFixed(rate.fileBytes < 1e6 ? 2 : 1)} MB, fsynced, 8 at a time`,
        rate.perSecond.toFixed(1),
        `bare server ${rate.barePerSecond.toFixed(1)}`,
        '0.50 of it',
        `${rate.ratio.toFixed(2)} ${verdict(rate.ratio >= 0.5)}`,
      ]),
    )
    process.stdout.write(`${table.toString()}\n`)
  }
} finally {
  stopAll()
}
