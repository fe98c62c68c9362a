import { useState } from 'react'
import { Link, useLocation, useParams } from 'wouter'
import { Badge } from '../../parts/badge.tsx'
import { Failure } from '../../parts/failure.tsx'
import { Page } from '../../parts/page.tsx'
import { Time } from '../../parts/time.tsx'
import { Waiting } from '../../parts/waiting.tsx'
import { WriteButton } from '../../session/write-button.tsx'
import { Deliveries } from '../deliveries/deliveries.tsx'
import { Explanation } from '../deliveries/explanation.tsx'
import { nameOf, stateOf, useEndpoint, useEndpointChange, useEndpointExplanation, type Endpoint } from './endpoints.ts'
import { Replays } from './replays.tsx'
import { SecretShown } from './secret-shown.tsx'
import { EndpointStatistics } from './endpoint-statistics.tsx'
import { useReplays, type Replay } from './use-replays.ts'
import { WebhookDetails } from './webhook-details.tsx'
import { WebhookDialogs, type OpenedDialog } from './webhook-dialogs.tsx'
import styles from './webhook.module.css'

const trail = [
  ['/images', 'Images'],
  ['/settings', 'Settings'],
  ['/settings/webhooks', 'Webhooks'],
] as const

const State = ({ endpoint }: { readonly endpoint: Endpoint }) => {
  const { tone, word } = stateOf(endpoint)
  return (
    <p className={styles['state']}>
      <Badge tone={tone}>{word}</Badge>
      {endpoint.name !== '' && <span className={styles['url']}>{endpoint.url}</span>}
      {endpoint.state !== 'active' && (
        <span>
          since <Time at={endpoint.state_since} />
        </span>
      )}
    </p>
  )
}

type DetailProps = {
  readonly endpoint: Endpoint
  readonly explanation: string | undefined
  readonly replays: readonly Replay[]
}

const Detail = ({ endpoint, explanation, replays }: DetailProps) => {
  const [, go] = useLocation()
  const [opened, setOpened] = useState<OpenedDialog>()
  const [secret, setSecret] = useState<string>()
  const activate = useEndpointChange((api, active: boolean) =>
    api('patchImagesV1WebhooksId', { path: { id: endpoint.id }, body: { active } }),
  )
  return (
    <Page
      title={nameOf(endpoint)}
      trail={trail}
      lead={<State endpoint={endpoint} />}
      actions={
        <>
          <WriteButton busy={activate.isPending} onClick={() => activate.mutate(!endpoint.active)}>
            {endpoint.active ? 'Pause' : 'Resume'}
          </WriteButton>
          <WriteButton onClick={() => setOpened('replay')}>Replay…</WriteButton>
          <WriteButton look="primary" onClick={() => setOpened('test')}>
            Test
          </WriteButton>
        </>
      }
    >
      {activate.isError && <Failure error={activate.error} />}
      {explanation !== undefined && (
        <div className={styles['explanation']} data-state={endpoint.state}>
          <Explanation text={explanation} />
        </div>
      )}
      <EndpointStatistics id={endpoint.id} />
      <WebhookDetails endpoint={endpoint} open={setOpened} />
      <Replays replays={replays} />
      <Deliveries endpointId={endpoint.id} />
      <WebhookDialogs
        endpoint={endpoint}
        opened={opened}
        close={() => setOpened(undefined)}
        showSecret={setSecret}
        leave={() => go('/settings/webhooks')}
      />
      {secret !== undefined && <SecretShown secret={secret} onClose={() => setSecret(undefined)} />}
    </Page>
  )
}

/** One endpoint: how it does, what was sent to it, and everything one can do with it. */
export const Webhook = () => {
  const { id = '' } = useParams()
  const endpoint = useEndpoint(id)
  const explanation = useEndpointExplanation(id)
  const replays = useReplays(id)
  // What stands above the deliveries is known before they are shown, so that nothing pushes them down.
  if (endpoint.isPending || explanation.isPending || replays.isPending) return <Waiting page />
  if (!endpoint.data)
    return (
      <Page title="Webhook" trail={trail}>
        <Failure error={endpoint.error} retry={() => void endpoint.refetch()} />
        <p>
          <Link href="/settings/webhooks">All webhooks</Link>
        </p>
      </Page>
    )
  return (
    <Detail
      endpoint={endpoint.data}
      explanation={explanation.data?.explanation}
      replays={replays.data?.replays ?? []}
    />
  )
}
