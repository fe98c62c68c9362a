import { useState, type SubmitEvent } from 'react'
import { ApiError } from '../../api/ask.ts'
import { Button } from '../../parts/button.tsx'
import { CheckGroup } from '../../parts/check-group.tsx'
import { DialogActions } from '../../parts/dialog.tsx'
import { Field } from '../../parts/field.tsx'
import { Failure } from '../../parts/failure.tsx'
import { urlFault } from './url-fault.ts'
import type { Endpoint, EndpointWish } from './endpoints.ts'
import styles from './endpoint-form.module.css'

/** What an endpoint may hear of. */
export const eventTypes = ['image.uploaded', 'image.upload_failed', 'image.updated', 'image.deleted'] as const

type Draft = {
  readonly url: string
  readonly name: string
  readonly events: readonly string[]
  readonly secret: string
  readonly maxConcurrency: string
  readonly rateLimit: string
  readonly timeoutSeconds: string
}

const draftOf = (endpoint: Endpoint | undefined): Draft => ({
  url: endpoint?.url ?? '',
  name: endpoint?.name ?? '',
  events: endpoint?.events ?? ['image.uploaded'],
  secret: '',
  maxConcurrency: String(endpoint?.max_concurrency ?? ''),
  rateLimit: String(endpoint?.rate_limit ?? ''),
  timeoutSeconds: String(endpoint?.timeout_seconds ?? ''),
})

const numberOrNull = (text: string): number | null => (text.trim() === '' ? null : Number(text))

const wishOf = (draft: Draft): EndpointWish => ({
  url: draft.url.trim(),
  name: draft.name,
  events: draft.events,
  ...(draft.secret !== '' && { secret: draft.secret }),
  max_concurrency: numberOrNull(draft.maxConcurrency),
  rate_limit: numberOrNull(draft.rateLimit),
  timeout_seconds: numberOrNull(draft.timeoutSeconds),
})

export type EndpointFormProps = {
  /** The one to change; none: a new one. */
  readonly endpoint?: Endpoint
  readonly save: (wish: EndpointWish) => Promise<unknown>
  readonly onCancel: () => void
}

/** Adds or changes an endpoint. What the server refuses is shown at the field it points to, in its own words. */
export const EndpointForm = ({ endpoint, save, onCancel }: EndpointFormProps) => {
  const [draft, setDraft] = useState(() => draftOf(endpoint))
  const [failure, setFailure] = useState<Error>()
  const [busy, setBusy] = useState(false)
  const set = (change: Partial<Draft>): void => {
    setDraft({ ...draft, ...change })
    setFailure(undefined)
  }
  const pointer = failure instanceof ApiError ? failure.pointer?.replace(/^\//, '') : undefined
  const errorAt = (field: string): string | undefined => (pointer === field ? failure?.message : undefined)
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    try {
      await save(wishOf(draft))
    } catch (error) {
      setFailure(error instanceof Error ? error : new Error(String(error)))
      setBusy(false)
    }
  }
  return (
    <form className={styles['form']} onSubmit={(event) => void submit(event)} noValidate>
      <Field label="URL" error={errorAt('url') ?? urlFault(draft.url)} hint="Where webhooks are sent: https://…">
        <input
          type="url"
          spellCheck={false}
          placeholder="https://app.example.com/webhooks"
          value={draft.url}
          onChange={(event) => set({ url: event.target.value })}
        />
      </Field>
      <CheckGroup
        label="Events"
        options={eventTypes}
        chosen={draft.events}
        onChange={(events) => set({ events })}
        error={errorAt('events') ?? (draft.events.length === 0 ? 'Choose at least one event.' : undefined)}
      />
      <Field
        label={endpoint ? 'New secret (optional)' : 'Secret (optional)'}
        error={errorAt('secret')}
        hint={
          endpoint
            ? 'Left empty, the present one stays. The old one keeps signing beside a new one for a day.'
            : 'Left empty, the server makes one and shows it once.'
        }
      >
        <input
          autoComplete="off"
          spellCheck={false}
          value={draft.secret}
          onChange={(event) => set({ secret: event.target.value })}
        />
      </Field>
      <details className={styles['more']}>
        <summary>Name and limits</summary>
        <div className={styles['grid']}>
          <Field label="Name" error={errorAt('name')}>
            <input value={draft.name} onChange={(event) => set({ name: event.target.value })} />
          </Field>
          <Field label="Attempts at once" error={errorAt('max_concurrency')} hint="1 to 64; empty: up to 64.">
            <input
              inputMode="numeric"
              value={draft.maxConcurrency}
              onChange={(event) => set({ maxConcurrency: event.target.value })}
            />
          </Field>
          <Field label="Attempts per second" error={errorAt('rate_limit')} hint="Empty: no limit.">
            <input
              inputMode="numeric"
              value={draft.rateLimit}
              onChange={(event) => set({ rateLimit: event.target.value })}
            />
          </Field>
          <Field label="Seconds an attempt may take" error={errorAt('timeout_seconds')} hint="1 to 30; empty: 30.">
            <input
              inputMode="numeric"
              value={draft.timeoutSeconds}
              onChange={(event) => set({ timeoutSeconds: event.target.value })}
            />
          </Field>
        </div>
      </details>
      {failure && pointer === undefined && <Failure error={failure} />}
      <DialogActions>
        <Button onClick={onCancel}>Cancel</Button>
        <Button
          type="submit"
          look="primary"
          busy={busy}
          disabled={draft.url.trim() === '' || draft.events.length === 0}
        >
          {endpoint ? 'Save' : 'Add webhook'}
        </Button>
      </DialogActions>
    </form>
  )
}
