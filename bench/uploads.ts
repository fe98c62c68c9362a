import { Pool } from 'undici'
import { painting } from '../scripts/sample-images.ts'
import { benchAccount } from './backlog.ts'
import { median } from './figures.ts'
import { startProgram } from './processes.ts'

/** Uploads a second, eight at a time: through the whole server, and through a bare one that keeps the same bytes. */
export type UploadRate = {
  readonly fileBytes: number
  readonly perSecond: number
  readonly barePerSecond: number
  readonly ratio: number
}

const atOnce = 8

/** A JPEG with the grain of a photo. */
const jpeg = (width: number, quality: number): Promise<Buffer> =>
  painting({ width, height: Math.round(width * 0.75), channels: 3, sun: 0.5 })
    .jpeg({ quality })
    .toBuffer()

const boundary = '----imagehooks-bench'
const formOf = (bytes: Uint8Array): Buffer =>
  Buffer.concat([
    Buffer.from(
      `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="photo.jpg"\r\ncontent-type: image/jpeg\r\n\r\n`,
    ),
    bytes,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ])

type Target = {
  readonly pool: Pool
  readonly path: string
  readonly body: Buffer
  readonly headers: Record<string, string>
}

const uploadAll = async ({ pool, path, body, headers }: Target, count: number): Promise<number> => {
  let left = count
  const start = performance.now()
  const worker = async (): Promise<void> => {
    while (left-- > 0) {
      const answer = await pool.request({ path, method: 'POST', body, headers })
      await answer.body.dump()
      if (answer.statusCode !== 200) throw new Error(`An upload was answered ${answer.statusCode}.`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return (count * 1000) / (performance.now() - start)
}

/** Rounds in turn, so that what else the machine does falls on both. */
export const measureUploads = async (size: 'small' | 'large', rounds: number, count: number): Promise<UploadRate> => {
  const bytes = await (size === 'small' ? jpeg(320, 75) : jpeg(3700, 98))
  const server = await startProgram('serve.ts')
  const bare = await startProgram('bare-uploads.ts')
  const headers = {
    'content-type': `multipart/form-data; boundary=${boundary}`,
    authorization: `Bearer ${benchAccount.apiToken}`,
  }
  const whole: Target = {
    pool: new Pool(server.line, { connections: atOnce }),
    path: `/client/v4/accounts/${benchAccount.accountId}/images/v1`,
    body: formOf(bytes),
    headers,
  }
  const least: Target = {
    pool: new Pool(bare.line, { connections: atOnce }),
    path: '/',
    body: bytes,
    headers: { 'content-type': 'image/jpeg' },
  }
  const figures: Record<'whole' | 'least', number[]> = { whole: [], least: [] }
  // The first round warms both up and does not count.
  for (let round = 0; round <= rounds; round++) {
    const found = { least: await uploadAll(least, count), whole: await uploadAll(whole, count) }
    if (round === 0) continue
    figures.least.push(found.least)
    figures.whole.push(found.whole)
  }
  await Promise.all([whole.pool.close(), least.pool.close()])
  await Promise.all([server.stop(), bare.stop()])
  const [perSecond, barePerSecond] = [median(figures.whole), median(figures.least)]
  return { fileBytes: bytes.length, perSecond, barePerSecond, ratio: perSecond / barePerSecond }
}
