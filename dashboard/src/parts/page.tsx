import { useEffect, type ReactNode } from 'react'
import styles from './page.module.css'

export type PageProps = {
  readonly title: string
  /** One line below the title. */
  readonly lead?: ReactNode
  /** What one does on this page, the main thing first. */
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** A page: its heading, which names the tab too, and its parts one below the other. */
export const Page = ({ title, lead, actions, children }: PageProps) => {
  useEffect(() => {
    document.title = `${title} · Imagehooks`
  }, [title])
  return (
    <>
      <header className={styles['head']}>
        <div className={styles['words']}>
          <h1>{title}</h1>
          {lead !== undefined && <p className={styles['lead']}>{lead}</p>}
        </div>
        {actions !== undefined && <div className={styles['actions']}>{actions}</div>}
      </header>
      <div className={styles['parts']}>{children}</div>
    </>
  )
}
