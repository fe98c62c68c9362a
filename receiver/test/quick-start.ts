import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { onTestFinished } from 'vitest'
import { unstable_readConfig as readConfig } from 'wrangler'
import { freshEvent } from '../src/contract/fresh-event.ts'
import { signRequest } from '../src/contract/sign-request.ts'
import { tablesSql } from './databases.ts'
import { secret } from './deliver.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

/** A block of the README under a heading, by its language. */
const blockOf = (heading: string, language: string): string => {
  const [, section = ''] = readme.split(`\n## ${heading}\n`)
  const [, block] = new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(section) ?? []
  if (!block) throw new Error(`The README has no ${language} under ${heading}.`)
  return block
}

/** What a new upload is answered, twice, and one that is signed with another secret. */
export const deliverTo = async (url: string): Promise<unknown[]> => {
  const body = freshEvent('image.uploaded')
  const answers = []
  for (const given of [secret, secret, 'another'])
    answers.push(await (await fetch(await signRequest({ url, secret: given, body }))).json())
  return answers
}

/** The README's Worker, as it is printed, with the package that `folder` has; answers its address. */
export const startPrintedWorker = async (folder: string): Promise<string> => {
  mkdirSync(join(folder, 'src'))
  writeFileSync(join(folder, 'wrangler.jsonc'), blockOf('Quick start: a Worker', 'jsonc'))
  writeFileSync(join(folder, 'src/index.ts'), blockOf('Quick start: a Worker', 'ts'))
  const config: { main?: string; compatibility_date?: string; d1_databases: { binding: string }[] } = readConfig(
    { config: join(folder, 'wrangler.jsonc') },
    { hideWarnings: true },
  )
  const { outputFiles } = buildSync({
    entryPoints: [config.main ?? ''],
    bundle: true,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd'],
    write: false,
  })
  const worker = new Miniflare(
    convertV4MiniflareOptions({
      host: '127.0.0.1',
      port: 0,
      modules: true,
      script: outputFiles[0]?.text ?? '',
      cf: false,
      compatibilityDate: config.compatibility_date ?? '',
      d1Databases: config.d1_databases.map(({ binding }) => binding),
      bindings: { WEBHOOK_SECRET: secret },
      handleStructuredLogs: () => {},
    }),
  )
  onTestFinished(() => worker.dispose())
  const { href } = await worker.ready
  const database = await worker.getD1Database('DB')
  for (const sql of tablesSql.split(';').filter((part) => part.trim())) await database.prepare(sql).run()
  return href
}

/** The README's Node server, as it is printed, with the package that `folder` has; answers its address and what it says. */
export const startPrintedServer = async (folder: string): Promise<{ url: string; printed: () => string }> => {
  writeFileSync(join(folder, 'server.ts'), blockOf('Quick start: Node', 'ts'))
  copyFileSync(new URL('tell-port.mjs', import.meta.url), join(folder, 'tell-port.mjs'))
  const child = spawn(process.execPath, ['--import', './tell-port.mjs', 'server.ts'], {
    cwd: folder,
    env: { WEBHOOK_SECRET: secret, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  })
  let printed = ''
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      printed += String(chunk)
      const [found] = /http:\S+/.exec(printed) ?? []
      if (found) resolve(found)
    })
    child.once('exit', () => reject(new Error(`It ended: ${printed}`)))
  })
  return { url, printed: () => printed }
}
