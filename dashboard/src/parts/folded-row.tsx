import { useState, type ReactNode } from 'react'
import { Icon } from './icon.tsx'
import styles from './folded-row.module.css'

export type FoldedRowProps = {
  /** What is seen of it while it is folded. */
  readonly summary: ReactNode
  /** Places what is in the summary, the arrow first. Default: side by side. */
  readonly className?: string | undefined
  /** Whether it is unfolded when it appears; what happens later leaves it as it is: somebody may be reading. */
  readonly isOpenAtFirst?: boolean
  readonly children: ReactNode
}

/** A row of a list that is opened by a click or a key. */
export const FoldedRow = ({ summary, className = '', isOpenAtFirst = false, children }: FoldedRowProps) => {
  const [isOpen] = useState(isOpenAtFirst)
  return (
    <li className={styles['row']}>
      <details open={isOpen}>
        <summary className={className}>
          <Icon name="open" size={16} />
          {summary}
        </summary>
        {children}
      </details>
    </li>
  )
}
