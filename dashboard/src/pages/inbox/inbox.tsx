import { Badge } from '../../parts/badge.tsx'
import { Card } from '../../parts/card.tsx'
import { Code } from '../../parts/code.tsx'
import { Empty } from '../../parts/empty.tsx'
import { Page } from '../../parts/page.tsx'
import { Time } from '../../parts/time.tsx'
import { useAccountPath } from '../../session/session-context.ts'
import { useInbox, type Received } from './use-inbox.ts'
import styles from './inbox.module.css'

const ownReceiver = `import { createReceiver, memoryInbox } from '@imagehooks/receiver'

export default createReceiver({
  secrets: (env) => env.WEBHOOK_SECRET,
  inbox: memoryInbox(),
  unknown: 'ignore',
}).on('image.uploaded', async ({ event }) => {
  console.log('uploaded', event.image.id)
})
`

const Entry = ({ entry, open }: { readonly entry: Received; readonly open: boolean }) => (
  <details className={styles['entry']} open={open}>
    <summary>
      {entry.preview === null ? (
        <span className={styles['picture']} />
      ) : (
        <img className={styles['picture']} src={entry.preview} alt="" loading="lazy" />
      )}
      <span className={styles['what']}>
        <b>{entry.event ?? 'not an event'}</b>
        <small>{entry.filename ?? entry.image_id ?? entry.summary}</small>
      </span>
      {entry.test && <Badge tone="info">test</Badge>}
      <Badge tone={entry.verified ? 'good' : 'bad'}>{entry.verified ? 'verified' : 'not verified'}</Badge>
      <span className={styles['status']}>{entry.status}</span>
      <Time at={entry.received_at} />
    </summary>
    <div className={styles['inside']}>
      <p>{entry.summary}</p>
      <h3>The signature, step by step</h3>
      <ol className={styles['checks']}>
        {entry.checks.map(({ header, passed, explanation }) => (
          <li key={header}>
            <Badge tone={passed ? 'good' : 'bad'}>{passed ? 'passed' : 'failed'}</Badge>
            <span>
              <code>{header}</code> {explanation}
            </span>
          </li>
        ))}
      </ol>
      <h3>Body</h3>
      <Code label="Body that arrived" text={entry.body} />
      <h3>Headers</h3>
      <Code label="Headers that arrived" text={entry.headers.map((pair) => pair.join(': ')).join('\n')} />
    </div>
  </details>
)

const NothingYet = () => {
  const path = useAccountPath()
  return (
    <Empty title="No webhook has arrived yet.">
      <p>Upload a photo, and it appears here the moment its webhook arrives:</p>
      <Code
        label="A curl command that uploads a photo"
        text={`curl -H 'Authorization: Bearer <API token>' \\\n  -F file=@photo.jpg \\\n  ${location.origin}${path}/images/v1`}
      />
    </Empty>
  )
}

/** The inbox of `imagehooks dev`: each webhook as it arrives at the built-in receiver, verified before your eyes. */
export const Inbox = () => {
  const { received, live } = useInbox()
  return (
    <Page
      title="Inbox"
      lead="Each webhook as it arrives at the built-in receiver."
      actions={<Badge tone={live ? 'good' : 'warn'}>{live ? 'live' : 'connecting'}</Badge>}
    >
      <Card flush>
        {received.length === 0 ? (
          <NothingYet />
        ) : (
          received.map((entry, index) => <Entry key={entry.id} entry={entry} open={index === 0} />)
        )}
      </Card>
      <Card title="Your own receiver">
        <p className={styles['hint']}>
          A Worker with <code>@imagehooks/receiver</code>: verified, deduplicated, typed. Other runtimes take the same
          lines.
        </p>
        <Code label="Code of a receiver" text={ownReceiver} />
      </Card>
    </Page>
  )
}
