import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { Link, useLocation } from 'wouter'
import { useApi } from '../../api/use-api.ts'
import { Badge } from '../../parts/badge.tsx'
import { Card } from '../../parts/card.tsx'
import { Copy } from '../../parts/copy.tsx'
import { Failure } from '../../parts/failure.tsx'
import { LinkButton } from '../../parts/link-button.tsx'
import { Page } from '../../parts/page.tsx'
import { Time } from '../../parts/time.tsx'
import { Waiting } from '../../parts/waiting.tsx'
import { WriteButton } from '../../session/write-button.tsx'
import { Deliveries } from '../deliveries/deliveries.tsx'
import { DetailsForm } from './details-form.tsx'
import { ImageEvents } from './image-events.tsx'
import { titleOf, type Image } from './image.ts'
import { Pictures } from './pictures.tsx'
import { RemoveImageDialog } from './remove-image-dialog.tsx'
import { SignedUrlMaker } from './signed-url-maker.tsx'
import { useImageEvents } from './use-image-events.ts'
import styles from './image-page.module.css'

const trail = [['/images', 'Images']] as const

const Lead = ({ image }: { readonly image: Image }) => (
  <span className={styles['lead']}>
    <code>{image.id}</code>
    <Copy text={image.id} name="id" icon />
    <span>
      uploaded <Time at={image.uploaded} />
    </span>
    {image.requireSignedURLs && <Badge tone="info">private</Badge>}
    {image.draft && <Badge tone="warn">draft</Badge>}
  </span>
)

type DetailProps = { readonly image: Image; readonly happened: ReturnType<typeof useImageEvents> }

const Detail = ({ image, happened }: DetailProps) => {
  const [, go] = useLocation()
  const [removing, setRemoving] = useState(false)
  useEffect(() => {
    // Newer browsers answer a promise, which React would take for the way to undo it.
    void scrollTo({ top: 0 })
  }, [])
  return (
    <Page
      title={titleOf(image)}
      trail={trail}
      lead={<Lead image={image} />}
      actions={
        <>
          <LinkButton href={`/variants?image=${encodeURIComponent(image.id)}`}>Try variants on it</LinkButton>
          <WriteButton look="danger" onClick={() => setRemoving(true)}>
            Delete…
          </WriteButton>
        </>
      }
    >
      {image.draft ? (
        <p>A direct upload announced this image; its bytes have not arrived yet.</p>
      ) : (
        <Pictures image={image} />
      )}
      <div className={styles['both']}>
        <Card title="Details">
          <DetailsForm key={image.id} image={image} />
        </Card>
        <Card title="Signed URL">
          <SignedUrlMaker image={image} />
        </Card>
      </div>
      {!image.draft && <ImageEvents {...happened} />}
      <Deliveries imageId={image.id} />
      {removing && (
        <RemoveImageDialog image={image} onClose={() => setRemoving(false)} onRemoved={() => go('/images')} />
      )}
    </Page>
  )
}

/** The id in the page's address. The router decodes half of it, so it is read from the address itself. */
const idInAddress = (): string => {
  const text = location.pathname.slice('/images/'.length)
  try {
    return decodeURIComponent(text)
  } catch {
    // An escape that stands for nothing; no image has such an id, and the server says so.
    return text
  }
}

/** One image: what it looks like through every variant, what is known of it, and whom it was told to. */
export const ImagePage = () => {
  useLocation()
  const id = idInAddress()
  const api = useApi()
  const image = useQuery({
    queryKey: ['images', 'one', id],
    queryFn: ({ signal }) => api('getImagesV1ImageId', { path: { image_id: id }, signal }),
  })
  const happened = useImageEvents(id)
  // Both at once, so that nothing below moves when the second is there.
  if (image.isPending || happened.pages.isPending) return <Waiting page />
  if (!image.data)
    return (
      <Page title="Image" trail={trail}>
        <Failure error={image.error} retry={() => void image.refetch()} />
        <p>
          <Link href="/images">All images</Link>
        </p>
      </Page>
    )
  return <Detail key={id} image={image.data} happened={happened} />
}
