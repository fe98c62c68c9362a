import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useApi } from '../../api/use-api.ts'
import { Button } from '../../parts/button.tsx'
import { Choice } from '../../parts/choice.tsx'
import { Dialog, DialogActions } from '../../parts/dialog.tsx'
import { Failure } from '../../parts/failure.tsx'
import { Field } from '../../parts/field.tsx'
import { count } from '../../parts/numbers.ts'
import type { Endpoint } from './endpoints.ts'

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
  const run = useMutation({
    mutationFn: (dryRun: boolean) =>
      api('postImagesV1WebhooksIdReplay', {
        path: { id: endpoint.id },
        body: {
          since: new Date(since).toISOString(),
          dry_run: dryRun,
          ...(selection === 'missing' ? { missing: true } : { state: selection }),
        },
      }),
    onSuccess: (result) => {
      if ('dry_run' in result) return
      void queries.invalidateQueries({ queryKey: ['replays', endpoint.id] })
      onClose()
    },
  })
  const found = run.data && 'dry_run' in run.data ? run.data : undefined
  return (
    <Dialog open onClose={onClose} title="Replay">
      <Choice
        label="Which"
        options={selections}
        chosen={selection}
        onChange={(next) => {
          setSelection(next)
          run.reset()
        }}
      />
      <p>{explained[selection]}</p>
      <Field label="Since">
        <input
          type="datetime-local"
          value={since}
          onChange={(event) => {
            setSince(event.target.value)
            run.reset()
          }}
        />
      </Field>
      <p role="status">
        {found &&
          `${found.complete ? '' : 'At least '}${count(found.replayed_count)} of ${count(found.looked_count)} looked at would be sent.`}
      </p>
      {run.isError && <Failure error={run.error} />}
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button busy={run.isPending} disabled={since === ''} onClick={() => run.mutate(true)}>
          Count first
        </Button>
        <Button
          look="primary"
          busy={run.isPending}
          disabled={since === '' || found?.replayed_count === 0}
          onClick={() => run.mutate(false)}
        >
          {found ? `Replay ${count(found.replayed_count)}` : 'Replay'}
        </Button>
      </DialogActions>
    </Dialog>
  )
}
