import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useApi } from '../../api/use-api.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog, DialogActions } from '../../parts/dialog.tsx'
import { Failure } from '../../parts/failure.tsx'
import { changeInLists } from './image-lists.ts'
import { titleOf, type Image } from './image.ts'

export type RemoveImageDialogProps = {
  readonly image: Image
  readonly onClose: () => void
  readonly onRemoved: () => void
}

/** Asks before an image is removed. */
export const RemoveImageDialog = ({ image, onClose, onRemoved }: RemoveImageDialogProps) => {
  const api = useApi()
  const queries = useQueryClient()
  const remove = useMutation({
    mutationFn: () => api('deleteImagesV1ImageId', { path: { image_id: image.id } }),
    onSuccess: () => {
      changeInLists(queries, image.id, undefined)
      queries.removeQueries({ queryKey: ['images', 'one', image.id] })
      onRemoved()
    },
  })
  return (
    <Dialog open onClose={onClose} title="Delete this image?">
      <p>
        <b>{titleOf(image)}</b> and all its variants are gone at once, and its URLs answer 404. Webhooks that listen for{' '}
        <code>image.deleted</code> are told. This cannot be undone.
      </p>
      {remove.isError && <Failure error={remove.error} />}
      <DialogActions>
        <Button onClick={onClose}>Keep it</Button>
        <Button look="danger" busy={remove.isPending} onClick={() => remove.mutate()}>
          Delete
        </Button>
      </DialogActions>
    </Dialog>
  )
}
