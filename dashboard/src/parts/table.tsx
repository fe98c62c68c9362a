import type { ReactNode } from 'react'
import styles from './table.module.css'

/** Rows and columns; on a narrow screen it scrolls by itself, and by the keyboard too. */
export const Table = ({
  label,
  head,
  children,
}: {
  readonly label: string
  readonly head: readonly ReactNode[]
  readonly children: ReactNode
}) => (
  <div className={styles['wide']} tabIndex={0} role="region" aria-label={label}>
    <table className={styles['table']}>
      <thead>
        <tr>
          {head.map((title, index) => (
            <th key={index} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  </div>
)
