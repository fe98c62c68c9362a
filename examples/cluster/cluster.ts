import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { ownFolder } from '../../scripts/demo/belongings.ts'
import { findFreePort } from '../../scripts/demo/free-port.ts'
import { type MortalServer, startMortal } from '../../scripts/demo/mortal-server.ts'
import { startProcess } from '../../scripts/demo/own-process.ts'
import { environmentFor, newTenant, type Tenant } from '../../scripts/demo/server-process.ts'
import { type Postgres, startPostgres } from '../../test/ground/postgres.ts'
import { startS3, type TestS3 } from '../../test/ground/s3-endpoint.ts'
import { startProxy } from './proxy.ts'

/** What may differ from cluster to cluster. */
export type ClusterWish = {
  /** Default 2. */
  readonly workerCount?: number
  /** More settings of every node, by their names in the environment. */
  readonly settings?: Readonly<Record<string, string>>
  /** Told in a sentence when a node ends and nobody asked it to. */
  readonly onDeath?: (sentence: string) => void
}

/** Two API nodes and some workers behind one address, on a PostgreSQL and an S3 endpoint of their own. */
export type Cluster = {
  /** Where the proxy listens, without a slash at the end. */
  readonly url: string
  readonly tenant: Tenant
  readonly apiNodes: readonly MortalServer[]
  readonly workers: readonly MortalServer[]
  readonly postgres: Postgres
  /** Where the bucket is. */
  readonly s3Endpoint: string
  /** Ends everything and removes its folder. */
  stop(): Promise<void>
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Settings that all nodes of a cluster share. */
const sharedSettings = (postgres: Postgres, s3: TestS3, url: string): Record<string, string> => {
  const { endpoint, region, bucket, prefix } = s3.newPlace()
  return {
    IMAGEHOOKS_DATABASE_URL: postgres.url(),
    IMAGEHOOKS_BLOB_URL: `s3://${bucket}/${prefix}?${new URLSearchParams({ endpoint, region })}`,
    AWS_ACCESS_KEY_ID: s3.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.credentials.secretAccessKey,
    // Empty is absent: one of the user's own would not fit these keys.
    AWS_SESSION_TOKEN: '',
    IMAGEHOOKS_MASTER_KEY: randomBytes(32).toString('base64'),
    IMAGEHOOKS_PUBLIC_URL: url,
    IMAGEHOOKS_ALLOW_TARGETS: '127.0.0.0/8',
  }
}

/** Starts a cluster; resolves when every node is ready. What was started is ended again when something fails. */
export const startCluster = async ({ workerCount = 2, settings = {}, onDeath }: ClusterWish = {}): Promise<Cluster> => {
  const folder = ownFolder()
  const ends: (() => Promise<void> | void)[] = [() => folder.remove()]
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).toReversed()) await end()
  }
  try {
    const [postgres, s3] = await Promise.all([startPostgres({ durable: true }), startS3()])
    ends.push(postgres.stop, s3.stop)
    const proxy = await startProxy()
    ends.push(proxy.close)
    const tenant = newTenant()
    const environment = { ...environmentFor(tenant), ...sharedSettings(postgres, s3, proxy.url), ...settings }
    await promisify(execFile)(process.execPath, [here('../../bin/imagehooks.mjs'), 'migrate'], { env: environment })

    const nodes: MortalServer[] = []
    ends.push(async () => void (await Promise.allSettled(nodes.map((node) => node.stop()))))
    const startNode = async (name: string, role: 'api' | 'worker'): Promise<MortalServer> => {
      const nodeFolder = join(folder.path, name)
      mkdirSync(nodeFolder)
      const port = String(role === 'api' ? await findFreePort() : 0)
      const own = { IMAGEHOOKS_ROLES: role, IMAGEHOOKS_PORT: port, IMAGEHOOKS_DATA_DIR: nodeFolder }
      const wish = {
        args: [here('node.ts')],
        folder: nodeFolder,
        environment: { ...environment, ...own },
        ready: /^ready (\S+)/,
      }
      const node = await startMortal(() => startProcess(wish, (sentence) => onDeath?.(`${name}: ${sentence}`)))
      nodes.push(node)
      return node
    }
    const names = (prefix: string, count: number): string[] =>
      Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`)
    const [apiNodes, workers] = await Promise.all([
      Promise.all(names('api', 2).map((name) => startNode(name, 'api'))),
      Promise.all(names('worker', workerCount).map((name) => startNode(name, 'worker'))),
    ])
    proxy.serve(apiNodes.map((node) => node.url))
    return { url: proxy.url, tenant, apiNodes, workers, postgres, s3Endpoint: s3.newPlace().endpoint, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
