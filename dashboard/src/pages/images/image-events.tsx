import { Badge, type Tone } from '../../parts/badge.tsx'
import { Button } from '../../parts/button.tsx'
import { Card } from '../../parts/card.tsx'
import { Code } from '../../parts/code.tsx'
import { Failure } from '../../parts/failure.tsx'
import { FoldedRow } from '../../parts/folded-row.tsx'
import { Time } from '../../parts/time.tsx'
import type { ImageEvent, useImageEvents } from './use-image-events.ts'
import styles from './image-events.module.css'

const tones: Readonly<Record<string, Tone>> = {
  'image.uploaded': 'good',
  'image.upload_failed': 'bad',
  'image.updated': 'info',
  'image.deleted': 'warn',
}

const Entry = ({ event: { id, type, created, body } }: { readonly event: ImageEvent }) => (
  <FoldedRow
    summary={
      <>
        <Badge tone={tones[type] ?? 'plain'}>{type}</Badge>
        <Time at={created} />
        <code className={styles['id']}>{id}</code>
      </>
    }
  >
    <div className={styles['body']}>
      <Code label={`Body of ${id}`} text={body} json />
    </div>
  </FoldedRow>
)

/** What happened to an image, told to a webhook or not, each with the body that webhooks carry. */
export const ImageEvents = ({ pages, events }: ReturnType<typeof useImageEvents>) => (
  <Card title="Events" flush>
    {pages.isError && <Failure error={pages.error} retry={() => void pages.refetch()} />}
    {events?.length === 0 && (
      <p className={styles['note']}>None is kept: they are removed when the server’s retention has passed.</p>
    )}
    {events && events.length > 0 && (
      <ol aria-label="Events, oldest first">
        {events.map((event) => (
          <Entry key={event.id} event={event} />
        ))}
      </ol>
    )}
    {pages.hasNextPage && (
      <p className={styles['note']}>
        <Button busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          Show later ones
        </Button>
      </p>
    )}
  </Card>
)
