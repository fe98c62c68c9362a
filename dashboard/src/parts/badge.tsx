import type { ReactNode } from 'react'
import styles from './badge.module.css'

export type Tone = 'good' | 'bad' | 'warn' | 'info' | 'plain'

/** A state in one word; the word says it, the colour only helps. */
export const Badge = ({ tone = 'plain', children }: { readonly tone?: Tone; readonly children: ReactNode }) => (
  <span className={`${styles['badge']} ${styles[tone]}`}>{children}</span>
)
