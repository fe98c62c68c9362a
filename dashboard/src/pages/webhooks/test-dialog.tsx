import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import { useApi, type CallResult } from '../../api/use-api.ts'
import { Badge } from '../../parts/badge.tsx'
import { Button } from '../../parts/button.tsx'
import { Code } from '../../parts/code.tsx'
import { Dialog, DialogActions } from '../../parts/dialog.tsx'
import { Failure } from '../../parts/failure.tsx'
import { Field } from '../../parts/field.tsx'
import { eventTypes } from './endpoint-form.tsx'
import type { Endpoint } from './endpoints.ts'
import { meaningOf } from './meaning-of.ts'
import styles from './test-dialog.module.css'

type TestResult = CallResult<'postImagesV1WebhooksIdTest'>

const Outcome = ({ result }: { readonly result: TestResult }) => {
  const api = useApi()
  const detail = useMutation({
    mutationFn: () => api('getImagesV1WebhooksDeliveriesId', { path: { id: result.delivery_id } }),
  })
  const attempt = detail.data?.attempts.at(-1)
  return (
    <div className={styles['outcome']} role="status">
      <p className={styles['head']}>
        <Badge tone={result.success ? 'good' : 'bad'}>{result.success ? 'received' : 'failed'}</Badge>
        {result.status !== null && <b>Status {result.status}</b>}
        {result.duration_ms !== null && <span>{result.duration_ms} ms</span>}
      </p>
      <p>{meaningOf(result)}</p>
      {result.response_body !== '' && <Code label="Body of the answer" text={result.response_body} />}
      {attempt ? (
        <>
          <h3>Headers of the answer</h3>
          <Code
            label="Headers of the answer"
            text={(attempt.response?.headers ?? []).map((pair) => pair.join(': ')).join('\n') || 'No answer came.'}
          />
          <h3>Sent</h3>
          <Code
            label="Headers that were sent"
            text={Object.entries(attempt.request.headers)
              .map((pair) => pair.join(': '))
              .join('\n')}
          />
          <Code label="Body that was sent" text={detail.data?.body ?? ''} />
        </>
      ) : (
        <Button look="quiet" busy={detail.isPending} onClick={() => detail.mutate()}>
          Show what was sent and every header
        </Button>
      )}
      <Link href={`/deliveries/${result.delivery_id}`}>Open this delivery</Link>
    </div>
  )
}

/** Sends a Test by the real path, and shows in full what came of it. */
export const TestDialog = ({ endpoint, onClose }: { readonly endpoint: Endpoint; readonly onClose: () => void }) => {
  const api = useApi()
  const [event, setEvent] = useState<(typeof eventTypes)[number]>('image.uploaded')
  const test = useMutation({
    mutationFn: () => api('postImagesV1WebhooksIdTest', { path: { id: endpoint.id }, body: { event } }),
  })
  return (
    <Dialog open onClose={onClose} title="Send a Test">
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
