import { useState } from 'react'
import { Check } from '../../parts/check.tsx'
import { Field } from '../../parts/field.tsx'
import { Icon } from '../../parts/icon.tsx'
import type { EndpointDraft } from './endpoint-draft.ts'
import styles from './endpoint-form.module.css'

/** The fields of this part, as the API names them. */
export const limitFields = ['name', 'headers', 'max_concurrency', 'rate_limit', 'timeout_seconds'] as const

export type EndpointLimitsProps = {
  readonly draft: EndpointDraft
  readonly change: (changed: Partial<EndpointDraft>) => void
  readonly errorAt: (field: string) => string | undefined
  /** Of the headers that it sends already; nobody is shown their values. */
  readonly headerNames: readonly string[]
}

/** What few endpoints need: a name, headers of their own, limits. Unfolded where something in it is wrong. */
export const EndpointLimits = ({ draft, change, errorAt, headerNames }: EndpointLimitsProps) => {
  const [isOpen, setOpen] = useState(false)
  const isWrong = limitFields.some((field) => errorAt(field) !== undefined)
  return (
    <details
      className={styles['more']}
      open={isOpen || isWrong}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>
        <Icon name="open" size={16} />
        Name, headers and limits
      </summary>
      <div className={styles['grid']}>
        <Field label="Name" error={errorAt('name')} hint="For people.">
          <input value={draft.name} onChange={(event) => change({ name: event.target.value })} />
        </Field>
        <Field label="Seconds an attempt may take" error={errorAt('timeout_seconds')} hint="1 to 30; empty: 30.">
          <input
            inputMode="numeric"
            value={draft.timeoutSeconds}
            onChange={(event) => change({ timeoutSeconds: event.target.value })}
          />
        </Field>
        <Field label="Attempts at once" error={errorAt('max_concurrency')} hint="1 to 64; empty: up to 64.">
          <input
            inputMode="numeric"
            value={draft.maxConcurrency}
            onChange={(event) => change({ maxConcurrency: event.target.value })}
          />
        </Field>
        <Field label="Attempts per second" error={errorAt('rate_limit')} hint="Empty: no limit.">
          <input
            inputMode="numeric"
            value={draft.rateLimit}
            onChange={(event) => change({ rateLimit: event.target.value })}
          />
        </Field>
        <div className={styles['whole']}>
          <Field
            label="Headers"
            error={errorAt('headers')}
            hint={
              headerNames.length === 0
                ? 'Sent with every attempt, one in a line: name: value.'
                : `Left empty, ${headerNames.join(', ')} stay as they are; what is typed takes their place.`
            }
          >
            <textarea
              rows={2}
              spellCheck={false}
              data-code
              value={draft.headers}
              onChange={(event) => change({ headers: event.target.value })}
            />
          </Field>
        </div>
        <div className={styles['whole']}>
          <Check
            checked={draft.ordered}
            onChange={(ordered) => change({ ordered })}
            hint="One at a time; one that fails holds up those behind it until it succeeds or is given up."
          >
            Strictly in order
          </Check>
        </div>
      </div>
    </details>
  )
}
