import { Link } from 'wouter'
import { Icon, type IconName } from '../../parts/icon.tsx'
import { Page } from '../../parts/page.tsx'
import styles from './settings.module.css'

type WayProps = { readonly href: string; readonly icon: IconName; readonly title: string; readonly children: string }

const Way = ({ href, icon, title, children }: WayProps) => (
  <li className={styles['way']}>
    <Icon name={icon} size={22} />
    <div>
      <Link href={href}>{title}</Link>
      <p>{children}</p>
    </div>
  </li>
)

/** Images → Settings: the way to each of them. */
export const Settings = () => (
  <Page title="Settings" trail={[['/images', 'Images']]}>
    <ul className={styles['ways']}>
      <Way href="/settings/webhooks" icon="webhooks" title="Webhooks">
        The URLs that are told of images, their events and secrets, and a Test of each.
      </Way>
      <Way href="/settings/keys" icon="keys" title="Signing keys">
        What your backend signs the URLs of private images with.
      </Way>
      <Way href="/settings/tokens" icon="tokens" title="API tokens">
        Who may speak for the account, and who signs in here.
      </Way>
    </ul>
  </Page>
)
