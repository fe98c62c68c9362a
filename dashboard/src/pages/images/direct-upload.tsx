import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import { Badge } from '../../parts/badge.tsx'
import { Button } from '../../parts/button.tsx'
import { Card } from '../../parts/card.tsx'
import { Code } from '../../parts/code.tsx'
import { DialogActions } from '../../parts/dialog.tsx'
import { Failure } from '../../parts/failure.tsx'
import { Field } from '../../parts/field.tsx'
import { Page } from '../../parts/page.tsx'
import { Deliveries } from '../deliveries/deliveries.tsx'
import { pageOf } from './image.ts'
import { MakeUploadUrl, type DirectUpload } from './make-upload-url.tsx'
import styles from './direct-upload.module.css'

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
    <div className={styles['step']}>
      <div className={styles['part']}>
        <p>
          The browser posts one form with the part “file” to it. It needs no token; the URL is the permission, once.
        </p>
        <Field label="File">
          <input type="file" onChange={(event) => setFile(event.target.files?.[0])} />
        </Field>
        {send.isError && <Failure error={send.error} />}
        <DialogActions>
          <Button look="primary" disabled={!file} busy={send.isPending} onClick={() => file && send.mutate(file)}>
            Post the file
          </Button>
        </DialogActions>
      </div>
      <div className={styles['part']}>
        <p>The same as a curl command:</p>
        <Code label="A curl command that posts a file" text={`curl '${made.uploadURL}' \\\n  -F file=@photo.jpg`} />
        {send.data && (
          <>
            <p>
              Answered <Badge tone={send.data.status < 300 ? 'good' : 'bad'}>{send.data.status}</Badge>
            </p>
            <Code label="What the upload URL answered" text={send.data.text} json />
          </>
        )}
      </div>
    </div>
  )
}

/** A direct upload, one step after the other, as a backend and a browser do it. */
export const DirectUploadTester = () => {
  const [made, setMade] = useState<DirectUpload>()
  const [isFilled, setFilled] = useState(false)
  return (
    <Page
      title="Try a direct upload"
      trail={[['/images', 'Images']]}
      lead="Somebody without a token uploads one image, straight to this server."
    >
      <Card title="1. Make an upload URL">
        <MakeUploadUrl
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
