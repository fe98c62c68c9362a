import { useState } from 'react'
import { Link, useLocation, useParams } from 'wouter'
import { Badge } from '../../parts/badge.tsx'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { Failure } from '../../parts/failure.tsx'
import { Page } from '../../parts/page.tsx'
import { Time } from '../../parts/time.tsx'
import { Waiting } from '../../parts/waiting.tsx'
import { Deliveries } from './deliveries.tsx'
import { EndpointForm } from './endpoint-form.tsx'
import { stateOf, useEndpoint, useEndpointChange, type Endpoint, type EndpointWish } from './endpoints.ts'
import { RemoveDialog } from './remove-dialog.tsx'
import { ReplayDialog } from './replay-dialog.tsx'
import { Replays } from './replays.tsx'
import { RotateDialog } from './rotate-dialog.tsx'
import { SecretShown } from './secret-shown.tsx'
import { EndpointStatistics } from './statistics.tsx'
import { TestDialog } from './test-dialog.tsx'
import styles from './webhook.module.css'

type Opened = 'test' | 'edit' | 'rotate' | 'remove' | 'replay' | undefined

const State = ({ endpoint }: { readonly endpoint: Endpoint }) => {
  const { tone, word } = stateOf(endpoint)
  return (
    <p className={styles['state']}>
      <Badge tone={tone}>{word}</Badge>
      <span className={styles['url']}>{endpoint.url}</span>
      {endpoint.state !== 'active' && (
        <span>
          since <Time at={endpoint.state_since} />
          {endpoint.state_reason !== null && `: ${endpoint.state_reason}`}
        </span>
      )}
      {endpoint.state === 'active' && endpoint.failing_since !== null && (
        <span>
          every attempt has failed since <Time at={endpoint.failing_since} />
        </span>
      )}
    </p>
  )
}

type DialogsProps = {
  readonly endpoint: Endpoint
  readonly opened: Opened
  readonly close: () => void
  readonly showSecret: (secret: string | undefined) => void
}

const Dialogs = ({ endpoint, opened, close, showSecret }: DialogsProps) => {
  const [, go] = useLocation()
  const change = useEndpointChange((api, wish: EndpointWish) =>
    api('patchImagesV1WebhooksId', { path: { id: endpoint.id }, body: wish }),
  )
  const save = async (wish: EndpointWish): Promise<void> => {
    const changed = await change.mutateAsync(wish)
    close()
    showSecret(changed.secret)
  }
  if (opened === 'test') return <TestDialog endpoint={endpoint} onClose={close} />
  if (opened === 'replay') return <ReplayDialog endpoint={endpoint} onClose={close} />
  if (opened === 'remove')
    return <RemoveDialog endpoint={endpoint} onClose={close} onRemoved={() => go('/settings/webhooks')} />
  if (opened === 'rotate')
    return (
      <RotateDialog
        endpoint={endpoint}
        onClose={close}
        onRotated={(secret) => {
          close()
          showSecret(secret)
        }}
      />
    )
  if (opened === 'edit')
    return (
      <Dialog open onClose={close} title="Edit webhook">
        <EndpointForm endpoint={endpoint} save={save} onCancel={close} />
      </Dialog>
    )
  return null
}

const Detail = ({ endpoint }: { readonly endpoint: Endpoint }) => {
  const [opened, setOpened] = useState<Opened>()
  const [secret, setSecret] = useState<string>()
  const activate = useEndpointChange((api, active: boolean) =>
    api('patchImagesV1WebhooksId', { path: { id: endpoint.id }, body: { active } }),
  )
  return (
    <Page
      title={endpoint.name || 'Webhook'}
      lead={<State endpoint={endpoint} />}
      actions={
        <>
          <Button look="primary" onClick={() => setOpened('test')}>
            Test
          </Button>
          <Button busy={activate.isPending} onClick={() => activate.mutate(!endpoint.active)}>
            {endpoint.active ? 'Pause' : 'Resume'}
          </Button>
          <Button onClick={() => setOpened('replay')}>Replay…</Button>
          <Button onClick={() => setOpened('rotate')}>Rotate secret…</Button>
          <Button onClick={() => setOpened('edit')}>Edit…</Button>
          <Button look="danger" onClick={() => setOpened('remove')}>
            Delete…
          </Button>
        </>
      }
    >
      {activate.isError && <Failure error={activate.error} />}
      <EndpointStatistics id={endpoint.id} />
      <Replays endpointId={endpoint.id} />
      <Deliveries endpointId={endpoint.id} />
      <Dialogs endpoint={endpoint} opened={opened} close={() => setOpened(undefined)} showSecret={setSecret} />
      {secret !== undefined && <SecretShown secret={secret} onClose={() => setSecret(undefined)} />}
    </Page>
  )
}

/** One endpoint: how it does, what was sent to it, and everything one can do with it. */
export const Webhook = () => {
  const { id = '' } = useParams()
  const endpoint = useEndpoint(id)
  if (endpoint.isPending) return <Waiting lines={8} />
  if (endpoint.isError)
    return (
      <Page title="Webhook">
        <Failure error={endpoint.error} retry={() => void endpoint.refetch()} />
        <Link href="/settings/webhooks">All webhooks</Link>
      </Page>
    )
  return <Detail endpoint={endpoint.data} />
}
