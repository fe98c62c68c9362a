import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { Link, useLocation, useRoute } from 'wouter'
import { Badge } from '../parts/badge.tsx'
import { Button } from '../parts/button.tsx'
import { Icon, type IconName } from '../parts/icon.tsx'
import { signOut, type Session } from '../session/session.ts'
import styles from './frame.module.css'

type NavLinkProps = { readonly to: string; readonly icon: IconName; readonly children: string }

const NavLink = ({ to, icon, children }: NavLinkProps) => {
  const [here] = useRoute(to === '/' ? '/' : `${to}/*?`)
  return (
    <li>
      <Link href={to} aria-current={here ? 'page' : undefined} className={styles['link'] ?? ''}>
        <Icon name={icon} />
        {children}
      </Link>
    </li>
  )
}

const Links = ({ hasInbox }: { readonly hasInbox: boolean }) => (
  <>
    <ul>
      <NavLink to="/" icon="overview">
        Overview
      </NavLink>
      <NavLink to="/images" icon="images">
        Images
      </NavLink>
      <NavLink to="/variants" icon="variants">
        Variants
      </NavLink>
      <NavLink to="/deliveries" icon="deliveries">
        Deliveries
      </NavLink>
      {hasInbox && (
        <NavLink to="/received" icon="inbox">
          Inbox
        </NavLink>
      )}
    </ul>
    <div>
      <Link href="/settings" className={styles['group'] ?? ''}>
        Settings
      </Link>
      <ul>
        <NavLink to="/settings/webhooks" icon="webhooks">
          Webhooks
        </NavLink>
        <NavLink to="/settings/keys" icon="keys">
          Signing keys
        </NavLink>
        <NavLink to="/settings/tokens" icon="tokens">
          API tokens
        </NavLink>
      </ul>
    </div>
  </>
)

const Who = ({ session }: { readonly session: Session }) => {
  const queries = useQueryClient()
  const leave = async (): Promise<void> => {
    await signOut()
    queries.clear()
    location.assign('/')
  }
  return (
    <div className={styles['who']}>
      <p className={styles['account']} title={session.account_id}>
        {session.account_name || session.account_id}
      </p>
      <p className={styles['token']} title="The API token that you are signed in with">
        {session.token_name || 'API token'}
        {session.permission === 'Images Read' && <Badge tone="warn">only reads</Badge>}
      </p>
      <Button look="quiet" onClick={() => void leave()}>
        <Icon name="leave" />
        Sign out
      </Button>
    </div>
  )
}

export type FrameProps = { readonly session: Session; readonly hasInbox: boolean; readonly children: ReactNode }

/** What stands around every page: the way to each of them, and whose account it is. On a phone the way is folded up. */
export const Frame = ({ session, hasInbox, children }: FrameProps) => {
  const [isUnfolded, setUnfolded] = useState(false)
  const [path] = useLocation()
  const content = useRef<HTMLElement>(null)
  const shown = useRef(path)
  useEffect(() => {
    if (shown.current === path) return
    shown.current = path
    setUnfolded(false)
    // Whoever hears the page hears the new one from its beginning.
    content.current?.focus({ preventScroll: true })
  }, [path])
  return (
    <div className={styles['frame']}>
      <a href="#content" className={styles['skip']}>
        Skip to the content
      </a>
      <header className={styles['side']} data-unfolded={isUnfolded || undefined}>
        <div className={styles['top']}>
          <Link href="/" className={styles['brand'] ?? ''}>
            <img src="/icon.svg" alt="" width="26" height="26" />
            Imagehooks
          </Link>
          <button
            type="button"
            className={styles['fold']}
            aria-expanded={isUnfolded}
            aria-controls="ways"
            onClick={() => setUnfolded(!isUnfolded)}
          >
            <Icon name={isUnfolded ? 'close' : 'menu'} size={22} />
            <span className="visually-hidden">Menu</span>
          </button>
        </div>
        <div id="ways" className={styles['ways']}>
          <nav className={styles['nav']} aria-label="Main">
            <Links hasInbox={hasInbox} />
          </nav>
          <Who session={session} />
        </div>
      </header>
      <main id="content" ref={content} tabIndex={-1} className={styles['content']}>
        {children}
      </main>
    </div>
  )
}
