import { useState, type SyntheticEvent } from 'react'
import { Card } from '../../parts/card.tsx'
import { Copy } from '../../parts/copy.tsx'
import { count } from '../../parts/numbers.ts'
import { useAccountPath } from '../../session/session-context.ts'
import { useVariants } from '../variants/variants-api.ts'
import { originalOf, variantOf, type Image } from './image.ts'
import { canSign, useShownUrl } from './signing.ts'
import styles from './pictures.module.css'

// A gallery that was scrolled far has filled the browser's list, and sizes are read from it.
performance.setResourceTimingBufferSize(5000)

const bytesOf = (url: string): number => {
  const [entry] = performance.getEntriesByName(url, 'resource').slice(-1)
  return entry instanceof PerformanceResourceTiming ? entry.encodedBodySize : 0
}

/** `1366 × 768, 120 KB`; without the second where the browser keeps it to itself, as for another host. */
const sizeOf = (picture: HTMLImageElement): string => {
  const bytes = bytesOf(picture.currentSrc)
  const pixels = `${picture.naturalWidth} × ${picture.naturalHeight}`
  return bytes === 0 ? pixels : `${pixels}, ${count(Math.max(1, Math.round(bytes / 1024)))} KB`
}

type PictureProps = {
  readonly name: string
  /** Undefined while it is signed. */
  readonly url: string | undefined
  /** The address to copy. */
  readonly address: string
  readonly note?: string | undefined
}

const Picture = ({ name, url, address, note }: PictureProps) => {
  const [size, setSize] = useState('…')
  return (
    <figure className={styles['picture']}>
      <a className={styles['frame']} href={url} target="_blank" rel="noreferrer" aria-label={`Open ${name}`}>
        {url !== undefined && (
          <img
            src={url}
            alt={name}
            onLoad={(event: SyntheticEvent<HTMLImageElement>) => setSize(sizeOf(event.currentTarget))}
            onError={() => setSize('this browser cannot show it')}
          />
        )}
      </a>
      <figcaption>
        <b>{name}</b>
        <span className={styles['size']}>{size}</span>
        <Copy text={address} label="Copy URL" />
        {note !== undefined && <span className={styles['note']}>{note}</span>}
      </figcaption>
    </figure>
  )
}

const ThroughVariant = ({ url, isPrivate }: { readonly url: string; readonly isPrivate: boolean }) => {
  const shown = useShownUrl(url, isPrivate)
  return (
    <Picture
      name={variantOf(url)}
      url={shown}
      address={url}
      note={
        isPrivate
          ? canSign()
            ? 'This URL alone is refused; make a signed one below.'
            : 'Private images are shown here over https:// only.'
          : undefined
      }
    />
  )
}

/** The original and every variant, side by side. */
export const Pictures = ({ image }: { readonly image: Image }) => {
  const accountPath = useAccountPath()
  const variants = useVariants()
  const original = originalOf(accountPath, image.id)
  const open = new Set(
    variants.data?.filter(({ neverRequireSignedURLs }) => neverRequireSignedURLs).map(({ id }) => id),
  )
  return (
    <Card title="Original and variants">
      <div className={styles['pictures']}>
        <Picture
          name="Original"
          url={original}
          address={location.origin + original}
          note="For who holds an API token."
        />
        {image.variants.map((url) => (
          <ThroughVariant key={url} url={url} isPrivate={image.requireSignedURLs && !open.has(variantOf(url))} />
        ))}
      </div>
    </Card>
  )
}
