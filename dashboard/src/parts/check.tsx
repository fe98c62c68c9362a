import type { ReactNode } from 'react'
import styles from './check.module.css'

export type CheckProps = {
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
  readonly disabled?: boolean
  /** What it means, below its words. */
  readonly hint?: ReactNode
  readonly children: ReactNode
}

/** Yes or no. */
export const Check = ({ checked, onChange, disabled = false, hint, children }: CheckProps) => (
  <label className={styles['check']}>
    <input type="checkbox" checked={checked} disabled={disabled} onChange={(event) => onChange(event.target.checked)} />
    <span>
      {children}
      {hint !== undefined && hint !== false && <small>{hint}</small>}
    </span>
  </label>
)
