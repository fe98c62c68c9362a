import { useState } from 'react'
import { Link } from 'wouter'
import { Badge } from '../../parts/badge.tsx'
import { Code } from '../../parts/code.tsx'
import { FoldedRow } from '../../parts/folded-row.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Time } from '../../parts/time.tsx'
import { pageOf } from '../images/image.ts'
import { SignatureSteps } from './signature-steps.tsx'
import type { Received } from './use-inbox.ts'
import styles from './inbox.module.css'

const Picture = ({ path }: { readonly path: string | null }) => {
  const [isBroken, setBroken] = useState(false)
  if (path === null || isBroken)
    return (
      <span className={styles['picture']}>
        <Icon name="images" />
      </span>
    )
  return <img className={styles['picture']} src={path} alt="" loading="lazy" onError={() => setBroken(true)} />
}

export type EntryProps = {
  readonly entry: Received
  /** Whether it is unfolded when it appears. */
  readonly isOpen: boolean
}

/** One webhook that arrived; opened, how it was verified, its body and its headers, as text and never rendered. */
export const Entry = ({ entry, isOpen }: EntryProps) => {
  return (
    <FoldedRow
      isOpenAtFirst={isOpen}
      className={styles['entry']}
      summary={
        <>
          <Picture path={entry.preview} />
          <span className={styles['what']}>
            <b>{entry.event ?? (entry.verified ? 'unknown event' : 'not verified')}</b>
            <small>{entry.filename || entry.image_id || entry.summary}</small>
          </span>
          {entry.test && <Badge tone="info">test</Badge>}
          {entry.attempt !== null && entry.attempt > 1 && <Badge>attempt {entry.attempt}</Badge>}
          <Badge tone={entry.verified ? 'good' : 'bad'}>{entry.verified ? 'verified' : 'refused'}</Badge>
          <span className={styles['status']}>{entry.status}</span>
          <Time at={entry.received_at} />
        </>
      }
    >
      <div className={styles['inside']}>
        <p>
          {entry.summary}{' '}
          {entry.image_id !== null && !entry.test && <Link href={pageOf(entry.image_id)}>Open the image</Link>}
        </p>
        <h3>The signature, step by step</h3>
        <SignatureSteps entry={entry} />
        <div className={styles['both']}>
          <div>
            <h3>Body</h3>
            <Code label="Body that arrived" text={entry.body} json />
          </div>
          <div>
            <h3>Headers</h3>
            <Code label="Headers that arrived" text={entry.headers.map((pair) => pair.join(': ')).join('\n')} />
          </div>
        </div>
      </div>
    </FoldedRow>
  )
}
