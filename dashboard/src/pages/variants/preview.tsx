import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useSearch } from 'wouter'
import { useApi } from '../../api/use-api.ts'
import { useAccountPath } from '../../session/session-context.ts'
import { originalOf, titleOf } from '../images/image.ts'
import { Thumbnail } from '../images/thumbnail.tsx'
import { previewSize, type Box, type Size } from './preview-size.ts'
import styles from './preview.module.css'

const words = ({ width, height }: Size): string => `${width} × ${height}`

type DrawnProps = { readonly original: string; readonly box: Box; readonly fit: string }

/** The original, fitted by the browser as the server would fit it. */
const Drawn = ({ original, box, fit }: DrawnProps) => {
  const [natural, setNatural] = useState<Size>()
  const [broken, setBroken] = useState(false)
  const size = natural && previewSize(natural, box, fit)
  const isCut = fit === 'cover' || fit === 'crop'
  return (
    <figure className={styles['drawn']}>
      <div className={styles['frame']}>
        <img
          src={original}
          alt="How the variant would look"
          onLoad={({ currentTarget }) =>
            setNatural({ width: currentTarget.naturalWidth, height: currentTarget.naturalHeight })
          }
          onError={() => setBroken(true)}
          style={{
            objectFit: isCut ? 'cover' : 'contain',
            ...(size && { width: size.width, aspectRatio: `${size.width} / ${size.height}` }),
          }}
        />
      </div>
      <figcaption>
        {broken && 'This browser cannot show the original; choose another image.'}
        {natural && size && !broken && `${words(size)} pixels, from ${words(natural)}`}
      </figcaption>
    </figure>
  )
}

/** Shows on a chosen image what options do, while they change. */
export const Preview = ({ box, fit }: { readonly box: Box; readonly fit: string }) => {
  const api = useApi()
  const accountPath = useAccountPath()
  useSearch()
  const asked = new URLSearchParams(location.search).get('image')
  const [chosen, setChosen] = useState<string>()
  const newest = useQuery({
    queryKey: ['images', 'newest'],
    queryFn: ({ signal }) => api('getImagesV2', { query: { per_page: '8' }, signal }),
  })
  const images = newest.data?.images ?? []
  const id = chosen ?? asked ?? images[0]?.id
  if (newest.isSuccess && id === undefined)
    return (
      <p>
        <Link href="/images">Upload an image</Link> to see here what a variant does to it.
      </p>
    )
  return (
    <div className={styles['preview']}>
      {id !== undefined && <Drawn key={id} original={originalOf(accountPath, id)} box={box} fit={fit} />}
      <div className={styles['choices']} role="group" aria-label="Image of the preview">
        {images.map((image) => (
          <button
            key={image.id}
            type="button"
            className={styles['choice']}
            aria-pressed={image.id === id}
            aria-label={titleOf(image)}
            onClick={() => setChosen(image.id)}
          >
            <Thumbnail image={image} />
          </button>
        ))}
      </div>
    </div>
  )
}
