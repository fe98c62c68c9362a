import { useState } from 'react'
import { useAccountPath } from '../../session/session-context.ts'
import { useVariants, type Variant } from '../variants/variants-api.ts'
import { originalOf, variantOf, type Image } from './image.ts'
import { canSign, useShownUrl } from './signing.ts'
import styles from './thumbnail.module.css'

/** The longer side that a thumbnail needs to look sharp. */
const wantedSide = 300

const sideOf = ({ options: { width, height } }: Variant): number => Math.max(width ?? height ?? Infinity, height ?? 0)

/** The smallest variant that is large enough; `public` where none is. */
const chooseVariant = (variants: readonly Variant[]): Variant | undefined => {
  const fitting = variants.filter((variant) => sideOf(variant) >= wantedSide)
  return fitting.toSorted((one, other) => sideOf(one) - sideOf(other))[0] ?? variants[0]
}

/** What a picture is shown by, small: a variant, or the original where the browser cannot sign. */
export const useThumbnailUrl = (image: Image): string | undefined => {
  const accountPath = useAccountPath()
  const variants = useVariants()
  const chosen = chooseVariant(variants.data ?? [])
  const url = image.variants.find((candidate) => variantOf(candidate) === chosen?.id) ?? ''
  const isPrivate = image.requireSignedURLs && chosen?.neverRequireSignedURLs !== true
  const shown = useShownUrl(url, isPrivate)
  if (variants.isPending) return undefined
  if (url === '' || (isPrivate && !canSign())) return originalOf(accountPath, image.id)
  return shown
}

/** An image, small. What cannot be shown leaves its place as it is. */
export const Thumbnail = ({ image }: { readonly image: Image }) => {
  const url = useThumbnailUrl(image)
  const [broken, setBroken] = useState<string>()
  if (url === undefined) return <span className={styles['frame']} />
  if (broken === url)
    return (
      <span className={styles['frame']}>
        <span className={styles['none']}>No preview</span>
      </span>
    )
  return (
    <span className={styles['frame']}>
      <img src={url} alt="" loading="lazy" decoding="async" draggable={false} onError={() => setBroken(url)} />
    </span>
  )
}
