import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import { useApi, type CallResult } from '../../api/use-api.ts'
import { Button } from '../../parts/button.tsx'
import { Code } from '../../parts/code.tsx'
import { Dialog, DialogActions } from '../../parts/dialog.tsx'
import { Failure } from '../../parts/failure.tsx'
import { Field } from '../../parts/field.tsx'
import { milliseconds } from '../../parts/numbers.ts'
import { meaningOf } from '../deliveries/meaning-of.ts'
import type { Endpoint } from './endpoints.ts'
import { eventTypes } from './event-types.ts'
import styles from './test-dialog.module.css'

type TestResult = CallResult<'postImagesV1WebhooksIdTest'>

const lines = (headers: Iterable<readonly string[]>): string => [...headers].map((pair) => pair.join(': ')).join('\n')

const verdictOf = ({ success, status }: TestResult): string => {
  if (success) return 'Received'
  return status === null ? 'No answer' : 'Refused'
}

/** What was sent and each header that came back, which the API tells of the delivery. */
const Details = ({ deliveryId }: { readonly deliveryId: string }) => {
  const api = useApi()
  const detail = useQuery({
    queryKey: ['delivery', deliveryId],
    queryFn: ({ signal }) => api('getImagesV1WebhooksDeliveriesId', { path: { id: deliveryId }, signal }),
  })
  const attempt = detail.data?.attempts.at(-1)
  if (detail.isError) return <Failure error={detail.error} retry={() => void detail.refetch()} />
  return (
    <>
      <h3>Headers of the answer</h3>
      <Code label="Headers of the answer" text={attempt ? lines(attempt.response?.headers ?? []) || 'None.' : '…'} />
      <details className={styles['sent']}>
        <summary>What was sent</summary>
        <Code
          label="Headers that were sent"
          text={attempt ? `POST ${attempt.request.url}\n${lines(Object.entries(attempt.request.headers))}` : '…'}
        />
        <Code label="Body that was sent" text={detail.data?.body ?? '…'} json />
      </details>
    </>
  )
}

const Outcome = ({ result }: { readonly result: TestResult }) => (
  <div className={styles['outcome']} role="status">
    <div className={styles['verdict']} data-success={result.success || undefined}>
      <p className={styles['head']}>
        <b>{verdictOf(result)}</b>
        {result.status !== null && <span>Status {result.status}</span>}
        {result.duration_ms !== null && <span>{milliseconds(result.duration_ms)}</span>}
      </p>
      <p>{meaningOf(result)}</p>
    </div>
    {result.response_body !== '' && (
      <>
        <h3>Body of the answer</h3>
        <Code label="Body of the answer" text={result.response_body} />
      </>
    )}
    <Details deliveryId={result.delivery_id} />
    <p>
      <Link href={`/deliveries/${result.delivery_id}`}>Open this delivery</Link>
    </p>
  </div>
)

/** Sends a Test by the real path, and shows in full what came of it. */
export const TestDialog = ({ endpoint, onClose }: { readonly endpoint: Endpoint; readonly onClose: () => void }) => {
  const api = useApi()
  const [event, setEvent] = useState<(typeof eventTypes)[number]>('image.uploaded')
  const test = useMutation({
    mutationFn: () => api('postImagesV1WebhooksIdTest', { path: { id: endpoint.id }, body: { event } }),
  })
  return (
    <Dialog open onClose={onClose} title="Send a Test" wide>
      <p className={styles['url']}>{endpoint.url}</p>
      <Field label="Event" hint="A sample, marked as a test: signed and sent as any webhook is.">
        <select
          value={event}
          onChange={(change) => setEvent(eventTypes.find((type) => type === change.target.value) ?? event)}
        >
          {eventTypes.map((type) => (
            <option key={type}>{type}</option>
          ))}
        </select>
      </Field>
      {test.isPending && (
        <p role="status" className={styles['waiting']}>
          Sent. The receiver has {endpoint.timeout_seconds ?? 30} seconds to answer.
        </p>
      )}
      {test.isError && <Failure error={test.error} />}
      {test.data && <Outcome key={test.data.delivery_id} result={test.data} />}
      <DialogActions>
        <Button onClick={onClose}>Close</Button>
        <Button look="primary" busy={test.isPending} onClick={() => test.mutate()}>
          {test.data ? 'Send again' : 'Send Test'}
        </Button>
      </DialogActions>
    </Dialog>
  )
}
