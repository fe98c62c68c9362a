import { useId } from 'react'
import styles from './check-group.module.css'

export type CheckGroupProps = {
  readonly label: string
  readonly options: readonly string[]
  readonly chosen: readonly string[]
  readonly onChange: (chosen: readonly string[]) => void
  readonly error?: string | undefined
}

/** Several of a few. */
export const CheckGroup = ({ label, options, chosen, onChange, error }: CheckGroupProps) => {
  const noteId = useId()
  return (
    <fieldset className={styles['group']} aria-describedby={noteId}>
      <legend>{label}</legend>
      <div className={styles['options']}>
        {options.map((option) => (
          <label key={option}>
            <input
              type="checkbox"
              checked={chosen.includes(option)}
              onChange={(event) =>
                onChange(options.filter((other) => (other === option ? event.target.checked : chosen.includes(other))))
              }
            />
            {option}
          </label>
        ))}
      </div>
      <p id={noteId} className={styles['error']} aria-live="polite">
        {error}
      </p>
    </fieldset>
  )
}
