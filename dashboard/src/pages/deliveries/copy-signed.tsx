import { useMutation } from '@tanstack/react-query'
import { useApi } from '../../api/use-api.ts'
import { Button } from '../../parts/button.tsx'
import type { SignedRequest } from './copies.ts'

export type CopySignedProps = {
  readonly label: string
  readonly deliveryId: string
  /** Makes the text of the request. */
  readonly write: (request: SignedRequest) => string
}

/** Has the server sign the delivery anew, since receivers refuse old signatures, and puts it on the clipboard. */
export const CopySigned = ({ label, deliveryId, write }: CopySignedProps) => {
  const api = useApi()
  const copy = useMutation({
    mutationFn: async () => {
      const request = await api('postImagesV1WebhooksDeliveriesIdSign', { path: { id: deliveryId } })
      await navigator.clipboard.writeText(write(request))
    },
  })
  const said = copy.isError ? copy.error.message : copy.isSuccess ? 'Copied; it is good for five minutes' : label
  return (
    <Button look="quiet" busy={copy.isPending} aria-live="polite" onClick={() => copy.mutate()}>
      {said}
    </Button>
  )
}
