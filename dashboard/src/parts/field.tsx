import { cloneElement, useId, type ReactElement, type ReactNode } from 'react'
import styles from './field.module.css'

export type FieldProps = {
  readonly label: string
  readonly hint?: ReactNode
  /** What is wrong with it, in the server's own words. */
  readonly error?: string | undefined
  /** The input, select or textarea itself. */
  readonly children: ReactElement<{
    id?: string
    'aria-describedby'?: string
    'aria-invalid'?: boolean
    className?: string
  }>
}

/** A form field: label, input, hint, and what is wrong with it. */
export const Field = ({ label, hint, error, children }: FieldProps) => {
  const id = useId()
  const noteId = `${id}-note`
  return (
    <div className={styles['field']}>
      <label htmlFor={id}>{label}</label>
      {cloneElement(children, {
        id,
        'aria-describedby': noteId,
        'aria-invalid': error !== undefined,
        className: styles['input'] ?? '',
      })}
      <p
        id={noteId}
        className={error === undefined ? styles['hint'] : styles['error']}
        data-empty={(error ?? hint) === undefined || undefined}
        aria-live="polite"
      >
        {error ?? hint}
      </p>
    </div>
  )
}
