import type { ReactNode } from 'react'
import styles from './empty.module.css'

/** Says why nothing is here and how something gets here. */
export const Empty = ({ title, children }: { readonly title: string; readonly children?: ReactNode }) => (
  <div className={styles['empty']}>
    <p className={styles['title']}>{title}</p>
    {children}
  </div>
)
