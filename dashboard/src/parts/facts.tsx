import type { ReactNode } from 'react'
import styles from './facts.module.css'

/** What is known of something, in pairs of a name and a value. */
export const Facts = ({ children }: { readonly children: ReactNode }) => <dl className={styles['facts']}>{children}</dl>

export const Fact = ({ name, children }: { readonly name: string; readonly children: ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)
