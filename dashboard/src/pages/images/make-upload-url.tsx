import { useMutation } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import { quoted } from '../../api/shell.ts'
import { useApi, type CallResult } from '../../api/use-api.ts'
import { Check } from '../../parts/check.tsx'
import { Code } from '../../parts/code.tsx'
import { DialogActions } from '../../parts/dialog.tsx'
import { Failure } from '../../parts/failure.tsx'
import { Field } from '../../parts/field.tsx'
import { useAccountPath } from '../../session/session-context.ts'
import { WriteButton } from '../../session/write-button.tsx'
import { readMeta } from './read-meta.ts'
import styles from './direct-upload.module.css'

/** Permission for one upload, as the API answers it. */
export type DirectUpload = CallResult<'postImagesV2DirectUpload'>

type Draft = {
  readonly id: string
  readonly metadata: string
  readonly creator: string
  readonly isPrivate: boolean
}

/** The parts of the form that the API takes; what is not typed is left out. */
const partsOf = ({ id, metadata, creator, isPrivate }: Draft): readonly (readonly [name: string, value: string])[] => {
  const typed = [
    ['id', id],
    ['metadata', metadata],
    ['creator', creator],
  ] as const
  return [...typed.filter(([, value]) => value !== ''), ['requireSignedURLs', String(isPrivate)]]
}

const curlOf = (address: string, draft: Draft): string =>
  [
    `curl ${address}`,
    `-H 'Authorization: Bearer <API token>'`,
    ...partsOf(draft).map(([name, value]) => `-F ${quoted(`${name}=${value}`)}`),
  ].join(' \\\n  ')

/** What a backend does: asks for an upload URL, and says what the image will be. */
export const MakeUploadUrl = ({ onMade }: { readonly onMade: (made: DirectUpload) => void }) => {
  const api = useApi()
  const path = useAccountPath()
  const [draft, setDraft] = useState<Draft>({ id: '', metadata: '', creator: '', isPrivate: false })
  const { fault } = readMeta(draft.metadata)
  const make = useMutation({
    mutationFn: () => {
      const form = new FormData()
      for (const [name, value] of partsOf(draft)) form.append(name, value)
      return api('postImagesV2DirectUpload', { body: form })
    },
    onSuccess: onMade,
  })
  const change = (fields: Partial<Draft>): void => setDraft({ ...draft, ...fields })
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    make.mutate()
  }
  return (
    <form className={styles['step']} onSubmit={submit}>
      <div className={styles['part']}>
        <p>Your backend asks for an upload URL with its API token, and says what the image will be.</p>
        <Field label="Id (optional)" hint="Left empty, the server makes one.">
          <input spellCheck={false} value={draft.id} onChange={(event) => change({ id: event.target.value })} />
        </Field>
        <Field label="Metadata (optional)" error={fault} hint="Kept from whoever uploads.">
          <input
            spellCheck={false}
            data-code
            placeholder='{"album": "summer"}'
            value={draft.metadata}
            onChange={(event) => change({ metadata: event.target.value })}
          />
        </Field>
        <Field label="Creator (optional)">
          <input value={draft.creator} onChange={(event) => change({ creator: event.target.value })} />
        </Field>
        <Check checked={draft.isPrivate} onChange={(isPrivate) => change({ isPrivate })}>
          Private: shown by signed URLs only
        </Check>
        {make.isError && <Failure error={make.error} />}
        <DialogActions>
          <WriteButton type="submit" look="primary" busy={make.isPending} disabled={fault !== undefined}>
            {make.data ? 'Make another' : 'Make an upload URL'}
          </WriteButton>
        </DialogActions>
      </div>
      <div className={styles['part']}>
        <p>The same as a curl command:</p>
        <Code
          label="A curl command that makes an upload URL"
          text={curlOf(`${location.origin}${path}/images/v2/direct_upload`, draft)}
        />
        {make.data && <Code label="What the API answered" text={JSON.stringify(make.data)} json />}
      </div>
    </form>
  )
}
