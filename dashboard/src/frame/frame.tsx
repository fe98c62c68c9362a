import { useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link, useRoute } from 'wouter'
import { Button } from '../parts/button.tsx'
import { signOut, type Session } from '../session/session.ts'
import styles from './frame.module.css'

const NavLink = ({ to, children }: { readonly to: string; readonly children: string }) => {
  const [here] = useRoute(to === '/' ? '/' : `${to}/*?`)
  return (
    <Link href={to} aria-current={here ? 'page' : undefined} className={styles['link'] ?? ''}>
      {children}
    </Link>
  )
}

export type FrameProps = { readonly session: Session; readonly hasInbox: boolean; readonly children: ReactNode }

/** What stands around every page: the way to each of them, and whose account it is. */
export const Frame = ({ session, hasInbox, children }: FrameProps) => {
  const queries = useQueryClient()
  const leave = async (): Promise<void> => {
    await signOut()
    queries.clear()
    location.assign('/')
  }
  return (
    <div className={styles['frame']}>
      <a href="#content" className={styles['skip']}>
        Skip to the content
      </a>
      <nav className={styles['nav']} aria-label="Main">
        <Link href="/" className={styles['brand'] ?? ''}>
          <img src="/icon.svg" alt="" width="28" height="28" />
          Imagehooks
        </Link>
        <div className={styles['links']}>
          <NavLink to="/">Overview</NavLink>
          <NavLink to="/images">Images</NavLink>
          <NavLink to="/variants">Variants</NavLink>
          <span className={styles['group']}>Settings</span>
          <NavLink to="/settings/webhooks">Webhooks</NavLink>
          <NavLink to="/settings/keys">Signing keys</NavLink>
          <NavLink to="/settings/tokens">API tokens</NavLink>
          {hasInbox && <NavLink to="/received">Inbox</NavLink>}
        </div>
        <div className={styles['who']}>
          <p title={session.account_id}>{session.account_name || session.account_id}</p>
          <p>{session.permission}</p>
          <Button look="quiet" onClick={() => void leave()}>
            Sign out
          </Button>
        </div>
      </nav>
      <main id="content" tabIndex={-1} className={styles['content']}>
        {children}
      </main>
    </div>
  )
}
