import { useState, type SubmitEvent } from 'react'
import { ApiError } from '../../api/ask.ts'
import { Button } from '../../parts/button.tsx'
import { CheckGroup } from '../../parts/check-group.tsx'
import { DialogActions } from '../../parts/dialog.tsx'
import { Field } from '../../parts/field.tsx'
import { Failure } from '../../parts/failure.tsx'
import { draftOf, wishOf, type EndpointDraft } from './endpoint-draft.ts'
import { EndpointLimits, limitFields } from './endpoint-limits.tsx'
import { eventTypes } from './event-types.ts'
import type { Endpoint, EndpointWish } from './endpoints.ts'
import { useCheck } from './use-check.ts'
import styles from './endpoint-form.module.css'

const fields = ['url', 'events', 'secret', ...limitFields]

/** The first part of what the server points to: of `/headers/x-team` the headers. */
const fieldOf = (error: Error | undefined): string | undefined =>
  error instanceof ApiError ? error.pointer?.split('/')[1] : undefined

export type EndpointFormProps = {
  /** The one to change; none: a new one. */
  readonly endpoint?: Endpoint
  readonly save: (wish: EndpointWish) => Promise<unknown>
  readonly onCancel: () => void
}

/** Adds or changes an endpoint. The server judges what is typed, and its words are shown at the field they are about. */
export const EndpointForm = ({ endpoint, save, onCancel }: EndpointFormProps) => {
  const [draft, setDraft] = useState(() => draftOf(endpoint))
  const [failure, setFailure] = useState<Error>()
  const [busy, setBusy] = useState(false)
  const wish = wishOf(draft)
  const refusal = useCheck(wish)
  const change = (changed: Partial<EndpointDraft>): void => {
    setDraft({ ...draft, ...changed })
    setFailure(undefined)
  }
  const errorAt = (field: string): string | undefined =>
    [failure, refusal].find((error) => fieldOf(error) === field)?.message
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    try {
      await save(wish)
    } catch (error) {
      setFailure(error instanceof Error ? error : new Error(String(error)))
      setBusy(false)
    }
  }
  return (
    <form className={styles['form']} onSubmit={(event) => void submit(event)} noValidate>
      <Field label="URL" error={errorAt('url')} hint="Where webhooks are sent: https://…">
        <input
          type="url"
          spellCheck={false}
          placeholder="https://app.example.com/webhooks"
          value={draft.url}
          onChange={(event) => change({ url: event.target.value })}
        />
      </Field>
      <CheckGroup
        label="Events"
        options={eventTypes}
        chosen={draft.events}
        onChange={(events) => change({ events })}
        error={errorAt('events')}
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
          data-code
          value={draft.secret}
          onChange={(event) => change({ secret: event.target.value })}
        />
      </Field>
      <EndpointLimits
        draft={draft}
        change={change}
        errorAt={errorAt}
        headerNames={Object.keys(endpoint?.headers ?? {})}
      />
      {failure && !fields.includes(fieldOf(failure) ?? '') && <Failure error={failure} />}
      <DialogActions>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" look="primary" busy={busy} disabled={draft.url.trim() === '' || refusal !== undefined}>
          {endpoint ? 'Save' : 'Add webhook'}
        </Button>
      </DialogActions>
    </form>
  )
}
