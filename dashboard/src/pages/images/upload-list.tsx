import { Link } from 'wouter'
import { Badge, type Tone } from '../../parts/badge.tsx'
import { Button } from '../../parts/button.tsx'
import { Card } from '../../parts/card.tsx'
import { pageOf } from './image.ts'
import { uploads, useUploads, type Upload } from './uploads.ts'
import styles from './upload-list.module.css'

const tones: Readonly<Record<Upload['state'], Tone>> = {
  waiting: 'plain',
  sending: 'info',
  done: 'good',
  failed: 'bad',
}
const words: Readonly<Record<Upload['state'], string>> = {
  waiting: 'waiting',
  sending: 'sending',
  done: 'uploaded',
  failed: 'failed',
}

const Entry = ({ upload }: { readonly upload: Upload }) => (
  <li className={styles['entry']}>
    <span className={styles['name']}>
      {upload.imageId === undefined ? upload.name : <Link href={pageOf(upload.imageId)}>{upload.name}</Link>}
    </span>
    <progress className={styles['progress']} max="1" value={upload.share} aria-label={`Progress of ${upload.name}`} />
    <Badge tone={tones[upload.state]}>{words[upload.state]}</Badge>
    {upload.error !== undefined && <p className={styles['error']}>{upload.error}</p>}
  </li>
)

/** Files on their way and how each went; nothing where there are none. */
export const UploadList = () => {
  const list = useUploads()
  if (list.length === 0) return null
  const doneCount = list.filter(({ state }) => state === 'done').length
  const failedCount = list.filter(({ state }) => state === 'failed').length
  const failed = failedCount === 0 ? '' : `, ${failedCount} failed`
  return (
    <Card title="Uploads" actions={<Button onClick={uploads.clear}>Clear</Button>} flush>
      <p className="visually-hidden" role="status">
        {`${doneCount} of ${list.length} uploaded${failed}`}
      </p>
      <ul className={styles['list']} aria-label="Uploads" tabIndex={0}>
        {list.map((upload) => (
          <Entry key={upload.key} upload={upload} />
        ))}
      </ul>
    </Card>
  )
}
