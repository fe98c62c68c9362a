import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import { ApiError } from '../../api/ask.ts'
import { useApi } from '../../api/use-api.ts'
import { Check } from '../../parts/check.tsx'
import { DialogActions } from '../../parts/dialog.tsx'
import { Failure } from '../../parts/failure.tsx'
import { Field } from '../../parts/field.tsx'
import { WriteButton } from '../../session/write-button.tsx'
import { changeInLists } from './image-lists.ts'
import type { Image } from './image.ts'
import { readMeta } from './read-meta.ts'
import styles from './details-form.module.css'

const madeId = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Changes what is known of an image. */
export const DetailsForm = ({ image }: { readonly image: Image }) => {
  const api = useApi()
  const queries = useQueryClient()
  const [draft, setDraft] = useState({
    meta: JSON.stringify(image.meta, null, 2),
    creator: image.creator ?? '',
    isPrivate: image.requireSignedURLs,
  })
  const read = readMeta(draft.meta)
  const save = useMutation({
    mutationFn: () =>
      api('patchImagesV1ImageId', {
        path: { image_id: image.id },
        body: {
          ...(read.meta && { metadata: read.meta }),
          creator: draft.creator,
          ...(draft.isPrivate !== image.requireSignedURLs && { requireSignedURLs: draft.isPrivate }),
        },
      }),
    onSuccess: (changed) => {
      queries.setQueryData(['images', 'one', image.id], changed)
      changeInLists(queries, image.id, changed)
    },
  })
  const change = (fields: Partial<typeof draft>): void => {
    setDraft({ ...draft, ...fields })
    save.reset()
  }
  const pointer = save.error instanceof ApiError ? save.error.pointer?.split('/')[1] : undefined
  const errorAt = (field: string): string | undefined => (pointer === field ? save.error?.message : undefined)
  const isKnown = pointer === 'metadata' || pointer === 'creator'
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    save.mutate()
  }
  const isCustom = !madeId.test(image.id)
  return (
    <form className={styles['form']} onSubmit={submit}>
      <Field
        label="Metadata"
        error={read.fault ?? errorAt('metadata')}
        hint="One JSON object of at most 1,024 bytes; {} for none."
      >
        <textarea
          rows={Math.min(12, Math.max(4, draft.meta.split('\n').length))}
          spellCheck={false}
          data-code
          value={draft.meta}
          onChange={(event) => change({ meta: event.target.value })}
        />
      </Field>
      <Field
        label="Creator"
        error={errorAt('creator')}
        hint="Whose image it is, in your own words; empty for nobody’s."
      >
        <input value={draft.creator} onChange={(event) => change({ creator: event.target.value })} />
      </Field>
      <Check
        checked={draft.isPrivate}
        disabled={isCustom}
        onChange={(isPrivate) => change({ isPrivate })}
        hint={isCustom && 'An image with an id of your own cannot be private.'}
      >
        Private: shown by signed URLs only
      </Check>
      {save.isError && !isKnown && <Failure error={save.error} />}
      <DialogActions>
        <p role="status" className={styles['said']}>
          {save.isSuccess && 'Saved.'}
        </p>
        <WriteButton type="submit" look="primary" busy={save.isPending} disabled={!read.meta}>
          Save
        </WriteButton>
      </DialogActions>
    </form>
  )
}
