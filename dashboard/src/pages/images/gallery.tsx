import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { Link } from 'wouter'
import { Badge } from '../../parts/badge.tsx'
import { Time } from '../../parts/time.tsx'
import { pageOf, titleOf, type Image } from './image.ts'
import { Thumbnail } from './thumbnail.tsx'
import styles from './gallery.module.css'

const gap = 12
const leastWidth = 165
/** Below each picture: its name, and when it came. */
const captionHeight = 62

type Frame = { readonly columns: number; readonly width: number; readonly top: number }

/** How many pictures fit beside each other, how wide each is, and where the first row begins on the page. */
const measure = (element: HTMLElement): Frame => {
  const columns = Math.max(2, Math.floor((element.clientWidth + gap) / (leastWidth + gap)))
  const width = (element.clientWidth - gap * (columns - 1)) / columns
  return { columns, width, top: element.getBoundingClientRect().top + scrollY }
}

/** How far each list was scrolled when it was left, to go on there. */
const leftAt = new Map<string, number>()

export type GalleryProps = {
  readonly images: readonly Image[]
  readonly hasMore: boolean
  /** Called when the end comes near. */
  readonly loadMore: () => void
  /** Tells the list from others. */
  readonly name: string
}

/** Pictures in rows. Only those in sight are on the page, however many there are. */
export const Gallery = ({ images, hasMore, loadMore, name }: GalleryProps) => {
  const list = useRef<HTMLUListElement>(null)
  const [frame, setFrame] = useState<Frame>()
  useLayoutEffect(() => {
    const element = list.current
    if (!element) return undefined
    const look = (): void => setFrame(measure(element))
    look()
    const observer = new ResizeObserver(look)
    // What stands above may grow and move the rows.
    observer.observe(element)
    observer.observe(document.body)
    return () => observer.disconnect()
  }, [])
  const { columns, width, top } = frame ?? { columns: 4, width: leastWidth, top: 0 }
  const rowHeight = width + captionHeight + gap
  // oxlint-disable-next-line react/incompatible-library -- what it answers is used here alone
  const rows = useWindowVirtualizer({
    count: Math.ceil(images.length / columns),
    estimateSize: () => rowHeight,
    scrollMargin: top,
    overscan: 3,
  })
  useEffect(() => void rows.measure(), [rows, rowHeight])
  const isPlaced = frame !== undefined
  useEffect(() => {
    if (!isPlaced) return undefined
    scrollTo({ top: leftAt.get(name) ?? 0 })
    const remember = (): void => void leftAt.set(name, scrollY)
    addEventListener('scroll', remember, { passive: true })
    return () => removeEventListener('scroll', remember)
  }, [name, isPlaced])
  const visible = rows.getVirtualItems()
  const end = (visible.at(-1)?.index ?? 0) + 1
  const isNearEnd = end * columns >= images.length - columns * 3
  useEffect(() => {
    if (hasMore && isNearEnd) loadMore()
  }, [hasMore, isNearEnd, images, loadMore])
  return (
    <ul ref={list} className={styles['gallery']} aria-label="Images" style={{ height: rows.getTotalSize() - gap }}>
      {isPlaced &&
        visible.flatMap((row) =>
          images.slice(row.index * columns, (row.index + 1) * columns).map((image, column) => (
            <li
              key={image.id}
              aria-posinset={row.index * columns + column + 1}
              aria-setsize={hasMore ? -1 : images.length}
              className={styles['item']}
              style={{
                width,
                transform: `translate(${column * (width + gap)}px, ${row.start - top}px)`,
              }}
            >
              <Link href={pageOf(image.id)} className={styles['link'] ?? ''}>
                <Thumbnail image={image} />
                <span className={styles['name']}>{titleOf(image)}</span>
              </Link>
              <span className={styles['time']}>
                <Time at={image.uploaded} />
                {image.requireSignedURLs && <Badge tone="info">private</Badge>}
              </span>
            </li>
          )),
        )}
    </ul>
  )
}
