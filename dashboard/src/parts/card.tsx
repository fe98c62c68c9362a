import { useId, type ReactNode } from 'react'
import styles from './card.module.css'

export type CardProps = {
  readonly title?: string
  /** One line below the title. */
  readonly lead?: ReactNode
  /** Stands beside the title: what one does with the whole card. */
  readonly actions?: ReactNode
  /** No space around what is inside, for tables and pictures. */
  readonly flush?: boolean
  readonly children: ReactNode
}

/** A part of a page, with its heading. */
export const Card = ({ title, lead, actions, flush = false, children }: CardProps) => {
  const id = useId()
  return (
    <section className={styles['card']} aria-labelledby={title === undefined ? undefined : id}>
      {title !== undefined && (
        <header className={styles['head']}>
          <div>
            <h2 id={id}>{title}</h2>
            {lead !== undefined && <p className={styles['lead']}>{lead}</p>}
          </div>
          {actions !== undefined && <div className={styles['actions']}>{actions}</div>}
        </header>
      )}
      <div className={flush ? undefined : styles['inside']}>{children}</div>
    </section>
  )
}
