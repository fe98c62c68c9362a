import { useMutation } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import { Link } from 'wouter'
import { useApi, type CallResult } from '../../api/use-api.ts'
import { Badge } from '../../parts/badge.tsx'
import { Button } from '../../parts/button.tsx'
import { Card } from '../../parts/card.tsx'
import { Code } from '../../parts/code.tsx'
import { DialogActions } from '../../parts/dialog.tsx'
import { Failure } from '../../parts/failure.tsx'
import { Field } from '../../parts/field.tsx'
import { Page } from '../../parts/page.tsx'
import { Deliveries } from '../webhooks/deliveries.tsx'
import { pageOf } from './image.ts'
import { readMeta } from './read-meta.ts'
import styles from './details-form.module.css'

type DirectUpload = CallResult<'postImagesV2DirectUpload'>

const MakeUrl = ({ onMade }: { readonly onMade: (made: DirectUpload) => void }) => {
  const api = useApi()
  const [draft, setDraft] = useState({ id: '', metadata: '', creator: '', isPrivate: false })
  const { fault } = readMeta(draft.metadata)
  const make = useMutation({
    mutationFn: () => {
      const form = new FormData()
      for (const name of ['id', 'metadata', 'creator'] as const) if (draft[name] !== '') form.append(name, draft[name])
      form.append('requireSignedURLs', String(draft.isPrivate))
      return api('postImagesV2DirectUpload', { body: form })
    },
    onSuccess: onMade,
  })
  const change = (fields: Partial<typeof draft>): void => setDraft({ ...draft, ...fields })
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    make.mutate()
  }
  return (
    <form className={styles['form']} onSubmit={submit}>
      <p>Your backend asks for an upload URL with its API token, and says what the image will be.</p>
      <Field label="Id (optional)" hint="Left empty, the server makes one.">
        <input spellCheck={false} value={draft.id} onChange={(event) => change({ id: event.target.value })} />
      </Field>
      <Field label="Metadata (optional)" error={fault} hint="Kept from whoever uploads.">
        <input
          spellCheck={false}
          placeholder='{"album": "summer"}'
          value={draft.metadata}
          onChange={(event) => change({ metadata: event.target.value })}
        />
      </Field>
      <Field label="Creator (optional)">
        <input value={draft.creator} onChange={(event) => change({ creator: event.target.value })} />
      </Field>
      <label className={styles['check']}>
        <input
          type="checkbox"
          checked={draft.isPrivate}
          onChange={(event) => change({ isPrivate: event.target.checked })}
        />
        Private: shown by signed URLs only
      </label>
      {make.isError && <Failure error={make.error} />}
      {make.data && <Code label="What the API answered" text={JSON.stringify(make.data, null, 2)} />}
      <DialogActions>
        <Button type="submit" look="primary" busy={make.isPending} disabled={fault !== undefined}>
          {make.data ? 'Make another' : 'Make an upload URL'}
        </Button>
      </DialogActions>
    </form>
  )
}

type Answer = { readonly status: number; readonly text: string }

/** Posts as a stranger's page would: no token, no cookie. */
const post = async (uploadUrl: string, file: File): Promise<Answer> => {
  const form = new FormData()
  form.append('file', file)
  // The page may only talk to the server it came from, whatever name the upload URL has for it.
  const { pathname, search } = new URL(uploadUrl)
  const response = await fetch(pathname + search, { method: 'POST', body: form, credentials: 'omit' })
  const text = JSON.stringify(await response.json(), null, 2)
  return { status: response.status, text }
}

const PostFile = ({ made, onPosted }: { readonly made: DirectUpload; readonly onPosted: () => void }) => {
  const [file, setFile] = useState<File>()
  const send = useMutation({
    mutationFn: (chosen: File) => post(made.uploadURL, chosen),
    onSuccess: ({ status }) => status < 300 && onPosted(),
  })
  return (
    <div className={styles['form']}>
      <p>The browser posts one form with the part “file” to it. It needs no token; the URL is the permission, once.</p>
      <Field label="File">
        <input type="file" onChange={(event) => setFile(event.target.files?.[0])} />
      </Field>
      <Code label="The same as a curl command" text={`curl '${made.uploadURL}' \\\n  -F file=@photo.jpg`} />
      {send.isError && <Failure error={send.error} />}
      {send.data && (
        <>
          <p>
            Answered <Badge tone={send.data.status < 300 ? 'good' : 'bad'}>{send.data.status}</Badge>
          </p>
          <Code label="What the upload URL answered" text={send.data.text} />
        </>
      )}
      <DialogActions>
        <Button look="primary" disabled={!file} busy={send.isPending} onClick={() => file && send.mutate(file)}>
          Post the file
        </Button>
      </DialogActions>
    </div>
  )
}

/** A direct upload, one step after the other, as a backend and a browser do it. */
export const DirectUploadTester = () => {
  const [made, setMade] = useState<DirectUpload>()
  const [isFilled, setFilled] = useState(false)
  return (
    <Page title="Try a direct upload" lead="Somebody without a token uploads one image, straight to this server.">
      <Card title="1. Make an upload URL">
        <MakeUrl
          onMade={(next) => {
            setMade(next)
            setFilled(false)
          }}
        />
      </Card>
      <Card title="2. Post a file to it">
        {made ? (
          <PostFile key={made.id} made={made} onPosted={() => setFilled(true)} />
        ) : (
          <p>Make an upload URL first.</p>
        )}
      </Card>
      <Card title="3. Your application is told">
        {made && isFilled ? (
          <p>
            The image is here: <Link href={pageOf(made.id)}>{made.id}</Link>. Its webhooks are below.
          </p>
        ) : (
          <p>When the file has arrived, each webhook that listens for image.uploaded is sent.</p>
        )}
      </Card>
      {made && isFilled && <Deliveries imageId={made.id} />}
    </Page>
  )
}
