import { useState } from 'react'
import { Link } from 'wouter'
import { Badge } from '../../parts/badge.tsx'
import { Card } from '../../parts/card.tsx'
import { Code } from '../../parts/code.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { Empty } from '../../parts/empty.tsx'
import { Failure } from '../../parts/failure.tsx'
import { Page } from '../../parts/page.tsx'
import { Cell, Table } from '../../parts/table.tsx'
import { Waiting } from '../../parts/waiting.tsx'
import { useAccountPath } from '../../session/session-context.ts'
import { WriteButton } from '../../session/write-button.tsx'
import { EndpointForm } from './endpoint-form.tsx'
import { nameOf, stateOf, useEndpointChange, useEndpoints, type Endpoint, type EndpointWish } from './endpoints.ts'
import { SecretShown } from './secret-shown.tsx'
import { Sparkline } from './sparkline.tsx'
import { TestDialog } from './test-dialog.tsx'
import styles from './webhooks.module.css'

const columns = [
  'Webhook',
  'State',
  { title: 'Events', is: 'second' },
  { title: 'Last day', is: 'second' },
  { title: 'Actions', is: 'actions' },
] as const

const Row = ({ endpoint, onTest }: { readonly endpoint: Endpoint; readonly onTest: () => void }) => {
  const { tone, word } = stateOf(endpoint)
  return (
    <tr>
      <Cell className={styles['where']}>
        <Link href={`/settings/webhooks/${endpoint.id}`} data-row className={styles['name'] ?? ''}>
          {nameOf(endpoint)}
        </Link>
        {endpoint.name !== '' && <small>{endpoint.url}</small>}
      </Cell>
      <Cell>
        <Badge tone={tone}>{word}</Badge>
      </Cell>
      <Cell is="second" className={styles['events']}>
        {endpoint.events.map((event) => (
          <code key={event}>{event}</code>
        ))}
      </Cell>
      <Cell is="second">
        <Sparkline id={endpoint.id} />
      </Cell>
      <Cell is="actions">
        <WriteButton onClick={onTest} aria-label={`Test ${nameOf(endpoint)}`}>
          Test
        </WriteButton>
      </Cell>
    </tr>
  )
}

const NoEndpoints = ({ add }: { readonly add: () => void }) => {
  const path = useAccountPath()
  return (
    <Empty icon="webhooks" title="Nobody is told of your uploads yet.">
      <p>Add the URL of your application; each uploaded image is posted to it, signed. Or paste this:</p>
      <Code
        label="A curl command that adds a webhook"
        text={`curl -X PUT ${location.origin}${path}/images/v1/webhooks \\\n  -H 'Authorization: Bearer <API token>' \\\n  -H 'Content-Type: application/json' \\\n  -d '{"url":"https://app.example.com/webhooks","events":["image.uploaded"]}'`}
      />
      <WriteButton look="primary" onClick={add}>
        Add webhook
      </WriteButton>
    </Empty>
  )
}

/** An endpoint that was just added, while the secret that the server made for it can still be shown. */
type Added = { readonly endpoint: Endpoint; readonly secret: string | undefined }

/** Settings → Webhooks: every endpoint with its state, and the way to add one. */
export const Webhooks = () => {
  const endpoints = useEndpoints()
  const [adding, setAdding] = useState(false)
  const [added, setAdded] = useState<Added>()
  const [testing, setTesting] = useState<Endpoint>()
  const add = useEndpointChange((api, wish: EndpointWish) =>
    api('postImagesV1Webhooks', { body: { ...wish, url: wish.url ?? '' } }),
  )
  const save = async (wish: EndpointWish): Promise<void> => {
    const { secret, ...endpoint } = await add.mutateAsync(wish)
    setAdding(false)
    setAdded({ endpoint, secret })
  }
  const list = endpoints.data?.webhooks
  return (
    <Page
      title="Webhooks"
      trail={[
        ['/images', 'Images'],
        ['/settings', 'Settings'],
      ]}
      lead="Where your application is told of images."
      actions={
        <WriteButton look="primary" onClick={() => setAdding(true)}>
          Add webhook
        </WriteButton>
      }
    >
      <Card flush>
        {endpoints.isPending && <Waiting rows={4} />}
        {endpoints.isError && <Failure error={endpoints.error} retry={() => void endpoints.refetch()} />}
        {list?.length === 0 && <NoEndpoints add={() => setAdding(true)} />}
        {list !== undefined && list.length > 0 && (
          <Table label="Webhooks" columns={columns}>
            {list.map((endpoint) => (
              <Row key={endpoint.id} endpoint={endpoint} onTest={() => setTesting(endpoint)} />
            ))}
          </Table>
        )}
      </Card>
      {adding && (
        <Dialog open onClose={() => setAdding(false)} title="Add webhook">
          <EndpointForm save={save} onCancel={() => setAdding(false)} />
        </Dialog>
      )}
      {added && (
        <SecretShown
          title="The webhook is added"
          secret={added.secret}
          onClose={() => setAdded(undefined)}
          onTest={() => {
            setAdded(undefined)
            setTesting(added.endpoint)
          }}
        />
      )}
      {testing && <TestDialog endpoint={testing} onClose={() => setTesting(undefined)} />}
    </Page>
  )
}
