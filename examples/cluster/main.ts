import { randomBytes } from 'node:crypto'
import { styleText } from 'node:util'
import { connect } from '../../scripts/demo/api.ts'
import { endOnSignals } from '../../scripts/demo/belongings.ts'
import { startLedgerReceiver } from '../../scripts/demo/ledger-receiver.ts'
import { type Cluster, startCluster } from './cluster.ts'

const bold = (text: string): string => styleText('bold', text)
const pale = (text: string): string => styleText('gray', text)

const greeting = ({ url, tenant, apiNodes, workers, postgres, s3Endpoint }: Cluster, receiverUrl: string): string => `
${bold('The cluster is ready.')}

  ${pale('address')}     ${bold(url)}  ${pale('the proxy: each request goes to the next API node')}
  ${pale('account')}     ${tenant.accountId}
  ${pale('token')}       ${tenant.apiToken}
${apiNodes.map((node) => `  ${pale('API node')}    ${node.url}  ${pale(`process ${node.processId()}`)}`).join('\n')}
${workers.map((node) => `  ${pale('worker')}      ${pale(`process ${node.processId()}`)}`).join('\n')}
  ${pale('PostgreSQL')}  ${postgres.url()}
  ${pale('S3')}          ${s3Endpoint}
  ${pale('receiver')}    ${receiverUrl}  ${pale('each webhook is printed here when it arrives')}

${bold('Upload a photo:')}

curl -H 'Authorization: Bearer ${tenant.apiToken}' \\
  -F file=@photo.jpg \\
  ${url}/client/v4/accounts/${tenant.accountId}/images/v1

${pale('End a worker with kill -9 and upload again: the other one takes over. Ctrl-C stops everything; nothing is kept.')}

`

const start = async (): Promise<void> => {
  const secret = randomBytes(24).toString('base64url')
  const receiver = await startLedgerReceiver(secret, ({ imageId, isGenuine }) => {
    console.log(`${isGenuine ? 'webhook' : 'forged webhook'}  ${imageId}`)
    return true
  })
  console.log('Starting PostgreSQL, S3, two API nodes and two workers …')
  const cluster = await startCluster({
    // Shorter than the default, so that nobody waits long for the lanes of a worker that was killed.
    settings: { IMAGEHOOKS_LEASE: '5s' },
    onDeath: (sentence) => console.log(sentence),
  })
  await connect(cluster.url, cluster.tenant).register(receiver.url, secret)
  process.stdout.write(greeting(cluster, receiver.url))
}

/** Runs the cluster until Ctrl-C, which ends all of it at once: nothing here is worth an orderly stop. */
export const main = async (): Promise<void> => {
  endOnSignals()
  try {
    await start()
  } catch (error) {
    console.error(error)
    process.exit(1)
  }
}
