import { Dialog } from '../../parts/dialog.tsx'
import { EndpointForm } from './endpoint-form.tsx'
import { useEndpointChange, type Endpoint, type EndpointWish } from './endpoints.ts'
import { RemoveDialog } from './remove-dialog.tsx'
import { ReplayDialog } from './replay-dialog.tsx'
import { RotateDialog } from './rotate-dialog.tsx'
import { TestDialog } from './test-dialog.tsx'

export type OpenedDialog = 'test' | 'edit' | 'rotate' | 'remove' | 'replay' | undefined

export type WebhookDialogsProps = {
  readonly endpoint: Endpoint
  readonly opened: OpenedDialog
  readonly close: () => void
  readonly showSecret: (secret: string | undefined) => void
  /** Called when the endpoint is gone. */
  readonly leave: () => void
}

/** What one can do with an endpoint, in the dialog that is open. */
export const WebhookDialogs = ({ endpoint, opened, close, showSecret, leave }: WebhookDialogsProps) => {
  const change = useEndpointChange((api, wish: EndpointWish) =>
    api('patchImagesV1WebhooksId', { path: { id: endpoint.id }, body: wish }),
  )
  const save = async (wish: EndpointWish): Promise<void> => {
    const changed = await change.mutateAsync(wish)
    close()
    showSecret(changed.secret)
  }
  const rotated = (secret: string | undefined): void => {
    close()
    showSecret(secret)
  }
  if (opened === 'test') return <TestDialog endpoint={endpoint} onClose={close} />
  if (opened === 'replay') return <ReplayDialog endpoint={endpoint} onClose={close} />
  if (opened === 'remove') return <RemoveDialog endpoint={endpoint} onClose={close} onRemoved={leave} />
  if (opened === 'rotate') return <RotateDialog endpoint={endpoint} onClose={close} onRotated={rotated} />
  if (opened === 'edit')
    return (
      <Dialog open onClose={close} title="Edit webhook">
        <EndpointForm endpoint={endpoint} save={save} onCancel={close} />
      </Dialog>
    )
  return null
}
