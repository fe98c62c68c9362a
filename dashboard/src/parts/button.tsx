import type { ComponentProps } from 'react'
import styles from './button.module.css'

export type ButtonProps = ComponentProps<'button'> & {
  /** `primary`: the one thing a page is for. `danger`: what cannot be undone. */
  readonly look?: 'primary' | 'plain' | 'danger' | 'quiet'
  /** Shows that the work runs, and takes no second click. */
  readonly busy?: boolean
}

export const Button = ({
  look = 'plain',
  busy = false,
  type = 'button',
  className,
  children,
  disabled,
  ...rest
}: ButtonProps) => (
  <button
    {...rest}
    type={type}
    aria-busy={busy || undefined}
    disabled={disabled === true || busy}
    className={`${styles['button']} ${styles[look]} ${className ?? ''}`}
  >
    {children}
  </button>
)
