import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useApi, type CallResult } from '../../api/use-api.ts'
import { Button } from '../../parts/button.tsx'
import { Choice } from '../../parts/choice.tsx'
import { Dialog, DialogActions } from '../../parts/dialog.tsx'
import { Failure } from '../../parts/failure.tsx'
import { Field } from '../../parts/field.tsx'
import { count } from '../../parts/numbers.ts'
import type { Endpoint } from './endpoints.ts'
import { replaysKey } from './use-replays.ts'
import styles from './replay-dialog.module.css'

const selections = [
  ['dead', 'Dead ones'],
  ['missing', 'What it missed'],
  ['succeeded', 'Succeeded ones'],
] as const

type Selection = (typeof selections)[number][0]

const explained: Readonly<Record<Selection, string>> = {
  dead: 'Deliveries that were given up are tried again.',
  missing:
    'Events of its types that were never meant for it: from before it was added, or while it wanted other events.',
  succeeded: 'What it has received already is sent again; its receiver must know repeats by their webhook-id.',
}

type Answer = CallResult<'postImagesV1WebhooksIdReplay'>

/** How many a replay would send, in a sentence. */
const countedWords = (answer: Answer | undefined): string => {
  if (!answer || !('dry_run' in answer)) return 'Counting…'
  const found = `${answer.complete ? '' : 'At least '}${count(answer.replayed_count)}`
  return `${found} of ${count(answer.looked_count)} looked at would be sent.`
}

/** An instant in the form of a `datetime-local` input, in local time. */
const localInput = (instant: Date): string => {
  const shifted = new Date(instant.getTime() - instant.getTimezoneOffset() * 60_000)
  return shifted.toISOString().slice(0, 16)
}

/** Replays many: says how many before it starts. */
export const ReplayDialog = ({ endpoint, onClose }: { readonly endpoint: Endpoint; readonly onClose: () => void }) => {
  const api = useApi()
  const queries = useQueryClient()
  const [selection, setSelection] = useState<Selection>('dead')
  const [since, setSince] = useState(() => localInput(new Date(Date.now() - 86_400_000)))
  const replay = (isDryRun: boolean, signal?: AbortSignal): Promise<Answer> =>
    api('postImagesV1WebhooksIdReplay', {
      path: { id: endpoint.id },
      body: {
        since: new Date(since).toISOString(),
        dry_run: isDryRun,
        ...(selection === 'missing' ? { missing: true } : { state: selection }),
      },
      ...(signal && { signal }),
    })
  const dryRun = useQuery({
    queryKey: ['replay-count', endpoint.id, selection, since],
    queryFn: ({ signal }) => replay(true, signal),
    enabled: since !== '',
    staleTime: 0,
  })
  const start = useMutation({
    mutationFn: () => replay(false),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: replaysKey(endpoint.id) })
      onClose()
    },
  })
  const found = dryRun.data?.replayed_count
  return (
    <Dialog open onClose={onClose} title="Replay">
      <Choice label="Which" options={selections} chosen={selection} onChange={setSelection} />
      <p>{explained[selection]}</p>
      <Field label="Since">
        <input type="datetime-local" value={since} onChange={(event) => setSince(event.target.value)} />
      </Field>
      <p role="status" className={styles['count']}>
        {countedWords(dryRun.data)}
      </p>
      {(dryRun.isError || start.isError) && <Failure error={start.error ?? dryRun.error} />}
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button look="primary" busy={start.isPending} disabled={!found} onClick={() => start.mutate()}>
          {found ? `Replay ${count(found)}` : 'Replay'}
        </Button>
      </DialogActions>
    </Dialog>
  )
}
