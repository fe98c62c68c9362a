import { Button } from '../../parts/button.tsx'
import { Dialog, DialogActions } from '../../parts/dialog.tsx'
import { Failure } from '../../parts/failure.tsx'
import { useEndpointChange, type Endpoint } from './endpoints.ts'

export type RemoveDialogProps = {
  readonly endpoint: Endpoint
  readonly onClose: () => void
  readonly onRemoved: () => void
}

/** Asks before an endpoint is removed, and says what becomes of what waits for it. */
export const RemoveDialog = ({ endpoint, onClose, onRemoved }: RemoveDialogProps) => {
  const remove = useEndpointChange((api, id: string) => api('deleteImagesV1WebhooksId', { path: { id } }))
  return (
    <Dialog open onClose={onClose} title="Delete this webhook?">
      <p>
        <code>{endpoint.url}</code> gets no more webhooks. What still waits for it is canceled. This cannot be undone;
        to stop for a while, pause it.
      </p>
      {remove.isError && <Failure error={remove.error} />}
      <DialogActions>
        <Button onClick={onClose}>Keep it</Button>
        <Button
          look="danger"
          busy={remove.isPending}
          onClick={() => remove.mutate(endpoint.id, { onSuccess: onRemoved })}
        >
          Delete
        </Button>
      </DialogActions>
    </Dialog>
  )
}
