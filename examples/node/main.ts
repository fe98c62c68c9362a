import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { getRequestListener } from '@hono/node-server'
import { createApp } from './app.ts'

const tables = fileURLToPath(import.meta.resolve('@imagehooks/receiver/tables.sql'))

/** Where it listens and what it keeps. */
export type Wish = {
  folder: string
  /** 0 is any free one. */
  port: number
  secrets: readonly string[]
  work: (imageId: string) => Promise<void> | void
}

/** Starts the application; answers its address and how to end it. */
export const start = async ({ folder, port, secrets, work }: Wish) => {
  mkdirSync(folder, { recursive: true })
  const connection = new DatabaseSync(`${folder}/receiver.sqlite`)
  connection.exec('pragma journal_mode = wal; pragma busy_timeout = 5000')
  connection.exec(readFileSync(tables, 'utf8'))
  const { app, worker } = createApp({ connection, secrets, work })
  const server = createServer(getRequestListener(app.fetch)).listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server listens at no port.')
  worker.start()
  return {
    url: `http://127.0.0.1:${address.port}`,
    async stop() {
      server.close()
      await once(server, 'close')
      await worker.stop()
      connection.close()
    },
  }
}

/** Reads the settings from the environment, starts, and ends at Ctrl-C. */
export const main = async (): Promise<void> => {
  const {
    WEBHOOK_SECRET: given,
    WEBHOOK_SECRET_OLD: old,
    PORT = '8787',
    DATA_DIR = '.cache/example-node',
  } = process.env
  const secret = given ?? `whsec_${randomBytes(32).toString('base64')}`
  const { url, stop } = await start({
    folder: DATA_DIR,
    port: Number(PORT),
    secrets: old ? [secret, old] : [secret],
    work: (imageId) => console.log(`Working on ${imageId}`),
  })
  // To be pasted into another terminal. A secret that was given is not printed.
  console.log(`export WEBHOOK_URL=${url}/webhooks${given ? '' : ` WEBHOOK_SECRET=${secret}`}`)
  console.log(`Webhooks are received at ${url}/webhooks; ${url}/images shows what came of them.`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop)
}
