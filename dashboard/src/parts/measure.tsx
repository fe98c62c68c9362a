import { useId, type ReactNode } from 'react'
import type { Tone } from './badge.tsx'
import styles from './measure.module.css'

/** Measures side by side, in so many columns where there is room for them. */
export const Measures = ({ columns, children }: { readonly columns: 2 | 3; readonly children: ReactNode }) => (
  <div className={styles['measures']} data-columns={columns}>
    {children}
  </div>
)

export type MeasureProps = {
  readonly name: string
  /** Over the whole time that is looked at. */
  readonly value: string
  readonly tone?: Tone | undefined
  /** What else there is to say of it, in a few words. */
  readonly note?: ReactNode
  /** Its course. */
  readonly children: ReactNode
}

/** One measure: its figure, and its course as a chart. */
export const Measure = ({ name, value, tone, note, children }: MeasureProps) => {
  const id = useId()
  return (
    <div role="group" className={styles['measure']} aria-labelledby={id}>
      <h2 id={id} className={styles['name']}>
        {name}
      </h2>
      <p className={styles['figures']}>
        <span className={`${styles['value']} ${tone === undefined ? '' : styles[tone]}`}>{value}</span>
        {note !== undefined && <span className={styles['note']}>{note}</span>}
      </p>
      {children}
    </div>
  )
}
