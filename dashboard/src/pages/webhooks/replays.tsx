import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useApi, type CallResult } from '../../api/use-api.ts'
import { Badge, type Tone } from '../../parts/badge.tsx'
import { Button } from '../../parts/button.tsx'
import { Card } from '../../parts/card.tsx'
import { count } from '../../parts/numbers.ts'
import { Table } from '../../parts/table.tsx'
import { Time } from '../../parts/time.tsx'
import styles from './replays.module.css'

type Replay = CallResult<'getImagesV1WebhooksIdReplays'>['replays'][number]

const tones: Readonly<Record<string, Tone>> = { running: 'info', finished: 'good', canceled: 'plain' }

const Row = ({ replay }: { readonly replay: Replay }) => {
  const api = useApi()
  const queries = useQueryClient()
  const cancel = useMutation({
    mutationFn: () => api('deleteImagesV1WebhooksReplaysId', { path: { id: replay.id } }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['replays', replay.webhook_id] }),
  })
  return (
    <tr>
      <td>
        <Badge tone={tones[replay.state] ?? 'plain'}>{replay.state}</Badge>
      </td>
      <td>{replay.selection}</td>
      <td>
        since <Time at={replay.since} />
      </td>
      <td>
        <progress className={styles['progress']} max="1" value={replay.progress} aria-label="Progress" />
      </td>
      <td>
        {count(replay.replayed_count)} of {count(replay.looked_count)}
      </td>
      <td>
        {replay.finished === null && (
          <Button busy={cancel.isPending} onClick={() => cancel.mutate()}>
            Cancel
          </Button>
        )}
      </td>
    </tr>
  )
}

/** The replays of an endpoint with how far each is; nothing where there was none. */
export const Replays = ({ endpointId }: { readonly endpointId: string }) => {
  const api = useApi()
  const replays = useQuery({
    queryKey: ['replays', endpointId],
    queryFn: ({ signal }) => api('getImagesV1WebhooksIdReplays', { path: { id: endpointId }, signal }),
    refetchInterval: (query) => (query.state.data?.replays.some(({ finished }) => finished === null) ? 1000 : 30_000),
  })
  const list = replays.data?.replays ?? []
  if (list.length === 0) return null
  return (
    <Card title="Replays" flush>
      <Table label="Replays" head={['State', 'Which', 'From', 'Progress', 'Sent again', '']}>
        {list.slice(0, 5).map((replay) => (
          <Row key={replay.id} replay={replay} />
        ))}
      </Table>
    </Card>
  )
}
