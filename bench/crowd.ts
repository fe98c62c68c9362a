import { availableParallelism } from 'node:os'
import { Pool } from 'undici'
import { painting } from '../scripts/sample-images.ts'
import { numberOf } from './commands.ts'
import { startProgram, type Program } from './processes.ts'
import { uploadPhoto } from './renditions.ts'
import { type Finding, megabytes, type Scenario } from './scenario.ts'

/** Renditions that are asked for at once, each another one. */
const crowd = 200
/** What `docs/serving.md` promises for each core. */
const boundBytes = availableParallelism() * 1e9

const peakBytes = async (server: Program): Promise<number> => numberOf(await server.ask('memory'), 'peakBytes')

/** The photos: what phones take, and the worst there is, which has to be decoded whole. */
const photos = (quick: boolean) => [
  { name: 'a photo of 12 MP', width: 4000, height: 3000, progressive: false, least: 600 },
  ...(quick
    ? []
    : [{ name: 'a progressive photo of 100 MP', width: 12_000, height: 8333, progressive: true, least: 60 }]),
]

const measure = async ({
  name,
  least,
  progressive,
  ...size
}: ReturnType<typeof photos>[number]): Promise<Finding[]> => {
  const photo = await painting({ ...size, channels: 3, sun: 0.5 })
    .jpeg({ quality: 70, progressive })
    .toBuffer()
  const server = await startProgram('serve.ts')
  const { at } = await uploadPhoto(server, photo)
  const before = await peakBytes(server)
  const pool = new Pool(server.line, { connections: crowd, headersTimeout: 600_000 })
  const answers = await Promise.all(
    Array.from({ length: crowd }, async (_, index) => {
      const { statusCode, headers, body } = await pool.request({
        method: 'GET',
        path: `${at}w=${least + index},f=webp`,
      })
      await body.dump({ limit: 64_000_000 })
      return { statusCode, isSentAway: statusCode === 503 && Number(headers['retry-after']) > 0 }
    }),
  )
  const peak = await peakBytes(server)
  await pool.close()
  await server.stop()
  const made = answers.filter(({ statusCode }) => statusCode === 200).length
  const sentAway = answers.filter(({ isSentAway }) => isSentAway).length
  return [
    {
      what: `memory at its peak while ${crowd} renditions of ${name} are asked for at once`,
      measured: megabytes(peak),
      beside: `${megabytes(before)} before`,
      target: `≤ ${megabytes(boundBytes)}`,
      reached: peak <= boundBytes,
    },
    {
      what: `answers: made, and 503 with retry-after`,
      measured: `${made} + ${sentAway}`,
      beside: `${crowd} asked`,
      target: 'nothing else',
      reached: made > 0 && sentAway > 0 && made + sentAway === crowd,
    },
  ]
}

const crowded: Scenario = {
  key: 'crowd',
  drivers: ['sqlite'],
  async run({ quick }) {
    const all: Finding[] = []
    for (const photo of photos(quick)) all.push(...(await measure(photo)))
    return all
  },
}

export const crowdScenarios: readonly Scenario[] = [crowded]
