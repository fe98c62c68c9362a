import { useEffect, type ReactNode } from 'react'
import { Link } from 'wouter'
import { Icon } from './icon.tsx'
import styles from './page.module.css'

export type PageProps = {
  readonly title: string
  /** The pages that this one belongs to, the outermost first. */
  readonly trail?: readonly (readonly [href: string, name: string])[]
  /** One line below the title. */
  readonly lead?: ReactNode
  /** What one does on this page, the main thing first. */
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** A page: its heading, which names the tab too, and its parts one below the other. */
export const Page = ({ title, trail, lead, actions, children }: PageProps) => {
  useEffect(() => {
    document.title = `${title} · Imagehooks`
  }, [title])
  return (
    <>
      {trail && (
        <nav className={styles['trail']} aria-label="Where this page belongs">
          <ol>
            {trail.map(([href, name], index) => (
              <li key={href}>
                {index > 0 && <Icon name="open" size={14} />}
                <Link href={href}>{name}</Link>
              </li>
            ))}
          </ol>
        </nav>
      )}
      <header className={styles['head']}>
        <div className={styles['words']}>
          <h1>{title}</h1>
          {lead !== undefined && <div className={styles['lead']}>{lead}</div>}
        </div>
        {actions !== undefined && <div className={styles['actions']}>{actions}</div>}
      </header>
      <div className={styles['parts']}>{children}</div>
    </>
  )
}
