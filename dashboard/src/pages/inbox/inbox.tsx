import { useState } from 'react'
import { Link } from 'wouter'
import { Badge } from '../../parts/badge.tsx'
import { Button } from '../../parts/button.tsx'
import { Card } from '../../parts/card.tsx'
import { Choice } from '../../parts/choice.tsx'
import { Code } from '../../parts/code.tsx'
import { Empty } from '../../parts/empty.tsx'
import { Failure } from '../../parts/failure.tsx'
import { Icon } from '../../parts/icon.tsx'
import { count } from '../../parts/numbers.ts'
import { Page } from '../../parts/page.tsx'
import { Waiting } from '../../parts/waiting.tsx'
import { useAccountPath } from '../../session/session-context.ts'
import { curlUpload } from '../images/curl-upload.ts'
import { Entry } from './entry.tsx'
import { receivers } from './receivers.ts'
import { useInbox } from './use-inbox.ts'
import styles from './inbox.module.css'

const NothingYet = () => (
  <Empty icon="inbox" title="No webhook has arrived yet.">
    <p>Upload a photo, and it appears here the moment its webhook arrives:</p>
    <Code label="A curl command that uploads a photo" text={curlUpload(useAccountPath())} />
  </Empty>
)

/** The rest is folded away, or the code below would be out of sight. */
const shownAtFirst = 20

const places = receivers.map(({ name }) => [name, name] as const)

const OwnReceiver = () => {
  const [place, setPlace] = useState('Worker')
  const chosen = receivers.find(({ name }) => name === place)
  return (
    <Card
      title="Your own receiver"
      lead="Verifies, drops repeats, and hands each event to your code. Its secret is the endpoint’s."
    >
      <div className={styles['own']}>
        <Choice label="Where it runs" options={places} chosen={place} onChange={setPlace} />
        <Code label="What to install" text={chosen?.install ?? ''} />
        <Code label="Code of a receiver" text={chosen?.code ?? ''} />
      </div>
    </Card>
  )
}

/** The inbox of `imagehooks dev`: each webhook as it arrives at the built-in receiver, verified before your eyes. */
export const Inbox = () => {
  const { received, live, error } = useInbox()
  // The first one there is stands open; those that come later are folded, so that nothing moves away from a reader.
  const [firstId, setFirstId] = useState<string>()
  const [isWhole, setWhole] = useState(false)
  const newest = received?.[0]
  const hiddenCount = isWhole ? 0 : Math.max(0, (received?.length ?? 0) - shownAtFirst)
  if (firstId === undefined && newest) setFirstId(newest.id)
  return (
    <Page
      title="Inbox"
      lead={
        <>
          Each webhook as it arrives at the receiver that is built in, which is one of your{' '}
          <Link href="/settings/webhooks">webhooks</Link>.
        </>
      }
      actions={
        live !== undefined && (
          <Badge tone={live ? 'good' : 'warn'}>
            <Icon name="live" size={14} />
            {live ? 'live' : 'not connected'}
          </Badge>
        )
      }
    >
      <Card title="What has arrived" flush>
        {error && <Failure error={error} />}
        {received === undefined && !error && <Waiting rows={4} />}
        {received?.length === 0 && <NothingYet />}
        <ol aria-label="Webhooks, newest first">
          {received?.slice(0, received.length - hiddenCount).map((entry) => (
            <Entry key={entry.id} entry={entry} isOpen={entry.id === firstId} />
          ))}
        </ol>
        {hiddenCount > 0 && (
          <p className={styles['more']}>
            <Button onClick={() => setWhole(true)}>Show {count(hiddenCount)} older</Button>
          </p>
        )}
      </Card>
      {received && <OwnReceiver />}
    </Page>
  )
}
