import type { ReactNode } from 'react'
import type { Tone } from './badge.tsx'
import styles from './figure.module.css'

/** Figures side by side. */
export const Figures = ({ children }: { readonly children: ReactNode }) => (
  <dl className={styles['figures']}>{children}</dl>
)

/** One figure with its name and what it means. */
export const Figure = ({
  name,
  value,
  note,
  tone,
}: {
  readonly name: string
  readonly value: string
  readonly note?: string
  readonly tone?: Tone
}) => (
  <div className={styles['figure']}>
    <dt>{name}</dt>
    <dd className={tone === undefined ? undefined : styles[tone]}>{value}</dd>
    {note !== undefined && <dd className={styles['note']}>{note}</dd>}
  </div>
)
