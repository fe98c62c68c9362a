import type { ReactNode } from 'react'
import { Link } from 'wouter'
import styles from './button.module.css'

export type LinkButtonProps = {
  readonly href: string
  readonly look?: 'primary' | 'plain' | 'quiet'
  readonly children: ReactNode
}

/** A way to another page that stands among buttons and looks like them. */
export const LinkButton = ({ href, look = 'plain', children }: LinkButtonProps) => (
  <Link href={href} className={`${styles['button']} ${styles[look]}`}>
    {children}
  </Link>
)
