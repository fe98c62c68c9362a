import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useApi } from '../../api/use-api.ts'
import { Badge, type Tone } from '../../parts/badge.tsx'
import { Card } from '../../parts/card.tsx'
import { count, percent } from '../../parts/numbers.ts'
import { Cell, Table } from '../../parts/table.tsx'
import { Time } from '../../parts/time.tsx'
import { WriteButton } from '../../session/write-button.tsx'
import { replaysKey, type Replay } from './use-replays.ts'
import styles from './replays.module.css'

const tones: Readonly<Record<Replay['state'], Tone>> = { running: 'info', finished: 'good', canceled: 'plain' }

const words: Readonly<Record<Replay['selection'], string>> = {
  dead: 'Dead ones',
  missing: 'What it missed',
  succeeded: 'Succeeded ones',
}

const columns = [
  'State',
  'Which',
  { title: 'From', is: 'second' },
  'Progress',
  { title: 'Sent again', is: 'second' },
  { title: 'Actions', is: 'actions' },
] as const

const Row = ({ replay }: { readonly replay: Replay }) => {
  const api = useApi()
  const queries = useQueryClient()
  const cancel = useMutation({
    mutationFn: () => api('deleteImagesV1WebhooksReplaysId', { path: { id: replay.id } }),
    onSettled: () => queries.invalidateQueries({ queryKey: replaysKey(replay.webhook_id) }),
  })
  return (
    <tr>
      <Cell>
        <Badge tone={tones[replay.state]}>{replay.state}</Badge>
      </Cell>
      <Cell>{words[replay.selection]}</Cell>
      <Cell is="second">
        <Time at={replay.since} />
      </Cell>
      <Cell className={styles['progress']}>
        <progress max="1" value={replay.progress} aria-label="Progress" />
        <span>{percent(replay.progress)}</span>
      </Cell>
      <Cell is="second">
        {count(replay.replayed_count)} of {count(replay.looked_count)}
      </Cell>
      <Cell is="actions">
        {replay.finished === null && (
          <WriteButton busy={cancel.isPending} onClick={() => cancel.mutate()}>
            Cancel
          </WriteButton>
        )}
      </Cell>
    </tr>
  )
}

/** The latest replays of an endpoint with how far each is; nothing where there was none. */
export const Replays = ({ replays }: { readonly replays: readonly Replay[] }) =>
  replays.length === 0 ? null : (
    <Card title="Replays" flush>
      <Table label="Replays" columns={columns}>
        {replays.slice(0, 3).map((replay) => (
          <Row key={replay.id} replay={replay} />
        ))}
      </Table>
    </Card>
  )
