import { useState } from 'react'
import { Link } from 'wouter'
import { Badge } from '../../parts/badge.tsx'
import { Button } from '../../parts/button.tsx'
import { Card } from '../../parts/card.tsx'
import { Code } from '../../parts/code.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { Empty } from '../../parts/empty.tsx'
import { Failure } from '../../parts/failure.tsx'
import { Page } from '../../parts/page.tsx'
import { Table } from '../../parts/table.tsx'
import { Time } from '../../parts/time.tsx'
import { Waiting } from '../../parts/waiting.tsx'
import { useAccountPath } from '../../session/session-context.ts'
import { EndpointForm } from './endpoint-form.tsx'
import { stateOf, useEndpointChange, useEndpoints, type Endpoint, type EndpointWish } from './endpoints.ts'
import { SecretShown } from './secret-shown.tsx'
import { Sparkline } from './sparkline.tsx'
import { TestDialog } from './test-dialog.tsx'
import styles from './webhooks.module.css'

const Row = ({ endpoint, onTest }: { readonly endpoint: Endpoint; readonly onTest: () => void }) => {
  const { tone, word } = stateOf(endpoint)
  return (
    <tr>
      <td className={styles['where']}>
        <Link href={`/settings/webhooks/${endpoint.id}`}>{endpoint.name || endpoint.url}</Link>
        {endpoint.name !== '' && <small>{endpoint.url}</small>}
      </td>
      <td>
        <Badge tone={tone}>{word}</Badge>
      </td>
      <td className={styles['events']}>{endpoint.events.join(', ')}</td>
      <td>
        <Sparkline id={endpoint.id} />
      </td>
      <td className={styles['created']}>
        <Time at={endpoint.created} />
      </td>
      <td>
        <Button onClick={onTest}>Test</Button>
      </td>
    </tr>
  )
}

const NoEndpoints = ({ add }: { readonly add: () => void }) => {
  const path = useAccountPath()
  return (
    <Empty title="Nobody is told of your uploads yet.">
      <p>Add the URL of your application; each uploaded image is posted to it, signed. Or paste this:</p>
      <Code
        label="A curl command that adds a webhook"
        text={`curl -X PUT ${location.origin}${path}/images/v1/webhooks \\\n  -H 'Authorization: Bearer <API token>' \\\n  -H 'Content-Type: application/json' \\\n  -d '{"url":"https://app.example.com/webhooks","events":["image.uploaded"]}'`}
      />
      <Button look="primary" onClick={add}>
        Add webhook
      </Button>
    </Empty>
  )
}

/** Settings → Webhooks: every endpoint with its state, and the way to add one. */
export const Webhooks = () => {
  const endpoints = useEndpoints()
  const [adding, setAdding] = useState(false)
  const [testing, setTesting] = useState<Endpoint>()
  const [secret, setSecret] = useState<string>()
  const add = useEndpointChange((api, wish: EndpointWish) =>
    api('postImagesV1Webhooks', { body: { ...wish, url: wish.url ?? '' } }),
  )
  const save = async (wish: EndpointWish): Promise<void> => {
    const made = await add.mutateAsync(wish)
    setAdding(false)
    setSecret(made.secret)
  }
  const list = endpoints.data?.webhooks
  return (
    <Page
      title="Webhooks"
      lead="Where your application is told of images."
      actions={
        <Button look="primary" onClick={() => setAdding(true)}>
          Add webhook
        </Button>
      }
    >
      <Card flush>
        {endpoints.isPending && <Waiting lines={4} />}
        {endpoints.isError && <Failure error={endpoints.error} retry={() => void endpoints.refetch()} />}
        {list?.length === 0 && <NoEndpoints add={() => setAdding(true)} />}
        {list !== undefined && list.length > 0 && (
          <Table label="Webhooks" head={['Webhook', 'State', 'Events', 'Last day', 'Added', '']}>
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
      {testing && <TestDialog endpoint={testing} onClose={() => setTesting(undefined)} />}
      {secret !== undefined && <SecretShown secret={secret} onClose={() => setSecret(undefined)} />}
    </Page>
  )
}
