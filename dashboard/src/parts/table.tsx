import type { ReactNode } from 'react'
import styles from './table.module.css'

/** A column; `second` ones give way on a phone, `actions` holds buttons and shows no title. */
export type Column = string | { readonly title: string; readonly is: 'second' | 'actions' }

const Head = ({ column }: { readonly column: Column }) => {
  if (typeof column === 'string') return <th scope="col">{column}</th>
  return (
    <th scope="col" className={column.is === 'second' ? styles['second'] : undefined}>
      {column.is === 'actions' ? <span className="visually-hidden">{column.title}</span> : column.title}
    </th>
  )
}

export type TableProps = {
  readonly label: string
  readonly columns: readonly Column[]
  /** Rows: `tr` with a `Cell` for each column. A link with `data-row` in one makes the whole row lead there. */
  readonly children: ReactNode
}

/** Rows and columns; on a narrow screen it scrolls by itself, and by the keyboard too. */
export const Table = ({ label, columns, children }: TableProps) => (
  <div className={styles['wide']} tabIndex={0} role="region" aria-label={label}>
    <table className={styles['table']}>
      <thead>
        <tr>
          {columns.map((column) => (
            <Head key={typeof column === 'string' ? column : column.title} column={column} />
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  </div>
)

export type CellProps = {
  readonly is?: 'second' | 'actions'
  readonly className?: string | undefined
  readonly children?: ReactNode
}

/** A cell of a row. */
export const Cell = ({ is, className = '', children }: CellProps) => (
  <td className={`${is === undefined ? '' : styles[is]} ${className}`}>{children}</td>
)
