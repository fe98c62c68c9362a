import { rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { Pool } from 'undici'
import { painting } from '../scripts/sample-images.ts'
import { benchAccount } from './backlog.ts'
import { numberOf } from './commands.ts'
import { median } from './figures.ts'
import { startProgram, type Program } from './processes.ts'
import { type Finding, rate, ratio, type Scenario } from './scenario.ts'
import { benchFolder } from './shared.ts'

const atOnce = 16
const authorization = `Bearer ${benchAccount.apiToken}`
const api = `/client/v4/accounts/${benchAccount.accountId}/images/v1`

type Asked = { readonly path: string; readonly headers?: Record<string, string> }

/** Requests a second, the given number at once; every answer must have the status. */
const askAll = async (pool: Pool, all: readonly Asked[], connections: number, status: number): Promise<number> => {
  const left = [...all]
  const start = performance.now()
  const worker = async (): Promise<void> => {
    for (let asked = left.pop(); asked; asked = left.pop()) {
      const answer = await pool.request({ method: 'GET', ...asked })
      await answer.body.dump({ limit: 64_000_000 })
      if (answer.statusCode !== status) throw new Error(`${asked.path} was answered ${answer.statusCode}.`)
    }
  }
  await Promise.all(Array.from({ length: connections }, worker))
  return (all.length * 1000) / (performance.now() - start)
}

const repeated = (asked: Asked, count: number): Asked[] => Array.from({ length: count }, () => asked)

/** Puts the photo in and lets options stand in URLs; answers what stands before them, and where the original is. */
export const uploadPhoto = async (server: Program, photo: Uint8Array): Promise<{ at: string; blob: string }> => {
  const form = new FormData()
  form.append('file', new File([new Uint8Array(photo)], 'photo.jpg'))
  const call = async (path: string, init: RequestInit) =>
    (await fetch(`${server.line}${api}${path}`, { ...init, headers: { ...init.headers, authorization } })).json()
  const headers = { 'content-type': 'application/json' }
  await call('/config', { method: 'PATCH', headers, body: JSON.stringify({ flexible_variants: true }) })
  const { result } = await call('', { method: 'POST', body: form })
  const { pathname } = new URL(result.variants[0])
  return { at: pathname.slice(0, pathname.lastIndexOf('/') + 1), blob: `${api}/${result.id}/blob` }
}

type Figures = Record<
  'cold' | 'alone' | 'ipx' | 'cached' | 'file' | 'held' | 'fileHeld' | 'original' | 'bare',
  number[]
>

/** Rounds in turn, so that what else the machine does falls on all. The first warms up and does not count. */
const measure = async (folder: string, quick: boolean): Promise<Figures> => {
  const photo = await painting({ width: 2400, height: 1600, channels: 3, sun: 0.5 }).jpeg({ quality: 85 }).toBuffer()
  const path = join(folder, 'photo.jpg')
  writeFileSync(path, photo)
  const [server, files, peer, alone] = await Promise.all([
    startProgram('serve.ts'),
    startProgram('static-files.ts', folder),
    startProgram('ipx.ts', folder),
    startProgram('sharp-alone.ts'),
  ])
  const programs = [server, files, peer, alone]
  const pools = programs.slice(0, 3).map(({ line }) => new Pool(line, { connections: atOnce }))
  const [whole, bare, ipx] = pools
  if (!whole || !bare || !ipx) throw new Error('A server did not start.')
  const { at, blob } = await uploadPhoto(server, photo)
  const rendition = await whole.request({ method: 'GET', path: `${at}w=640,f=webp` })
  writeFileSync(join(folder, 'rendition.webp'), Buffer.from(await rendition.body.arrayBuffer()))
  const held = { 'if-none-match': String(rendition.headers['etag']) }
  const file = await bare.request({ method: 'GET', path: '/rendition.webp' })
  await file.body.dump()
  const fileHeld = { 'if-none-match': String(file.headers['etag']) }

  const figures: Figures = {
    cold: [],
    alone: [],
    ipx: [],
    cached: [],
    file: [],
    held: [],
    fileHeld: [],
    original: [],
    bare: [],
  }
  const [coldCount, count, originalCount] = quick ? [8, 300, 60] : [32, 3000, 400]
  const cores = availableParallelism()
  for (let round = 0; round <= (quick ? 1 : 5); round++) {
    const widths = Array.from({ length: coldCount }, (_, index) => 320 + round * coldCount + index)
    const found = {
      alone: (coldCount * 1000) / numberOf(await alone.ask('render', { photo: path, widths }), 'tookMs'),
      cold: await askAll(
        whole,
        widths.map((width) => ({ path: `${at}w=${width},f=webp` })),
        cores,
        200,
      ),
      ipx: await askAll(
        ipx,
        widths.map((width) => ({ path: `/w_${width},f_webp,q_85/photo.jpg` })),
        cores,
        200,
      ),
      file: await askAll(bare, repeated({ path: '/rendition.webp' }, count), atOnce, 200),
      cached: await askAll(whole, repeated({ path: `${at}w=640,f=webp` }, count), atOnce, 200),
      fileHeld: await askAll(bare, repeated({ path: '/rendition.webp', headers: fileHeld }, count), atOnce, 304),
      held: await askAll(whole, repeated({ path: `${at}w=640,f=webp`, headers: held }, count), atOnce, 304),
      bare: await askAll(bare, repeated({ path: '/photo.jpg' }, originalCount), atOnce, 200),
      original: await askAll(whole, repeated({ path: blob, headers: { authorization } }, originalCount), atOnce, 200),
    }
    if (round === 0) continue
    for (const [name, perSecond] of Object.entries(found)) if (isFigure(figures, name)) figures[name].push(perSecond)
  }
  await Promise.all(pools.map((pool) => pool.close()))
  await Promise.all(programs.map((program) => program.stop()))
  return figures
}

const isFigure = (figures: Figures, name: string): name is keyof Figures => Object.hasOwn(figures, name)

const beside = (what: string, found: readonly number[], base: string, given: readonly number[]): Finding => ({
  what,
  measured: rate(median(found)),
  beside: `${base} ${rate(median(given))}`,
  target: `${(median(found) / median(given)).toFixed(2)} of it`,
})

const renditions: Scenario = {
  key: 'renditions',
  drivers: ['sqlite'],
  async run({ quick }) {
    const folder = benchFolder()
    try {
      const figures = await measure(folder, quick)
      const { cold, alone, ipx, cached, file, held, fileHeld, original, bare } = figures
      return [
        ratio('renditions, cold: WebP of a photo of 3.8 MP', median(cold), 'sharp alone', median(alone), 0.9),
        beside('renditions, cold', cold, 'ipx, which keeps none', ipx),
        ratio('renditions, cached', median(cached), 'static files', median(file), 0.5),
        beside('renditions, cached', cached, 'ipx, which makes them anew', ipx),
        beside('304s', held, 'static files', fileHeld),
        beside('originals, with a token', original, 'static files', bare),
      ]
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

export const renditionScenarios: readonly Scenario[] = [renditions]
