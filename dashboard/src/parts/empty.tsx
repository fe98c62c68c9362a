import type { ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'
import styles from './empty.module.css'

export type EmptyProps = { readonly title: string; readonly icon?: IconName; readonly children?: ReactNode }

/** Says why nothing is here and how something gets here. */
export const Empty = ({ title, icon, children }: EmptyProps) => (
  <div className={styles['empty']}>
    {icon && (
      <span className={styles['picture']}>
        <Icon name={icon} size={22} />
      </span>
    )}
    <p className={styles['title']}>{title}</p>
    {children}
  </div>
)
