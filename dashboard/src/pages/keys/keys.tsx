import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import { useApi, type Api } from '../../api/use-api.ts'
import { Button } from '../../parts/button.tsx'
import { Card } from '../../parts/card.tsx'
import { Code } from '../../parts/code.tsx'
import { Copy } from '../../parts/copy.tsx'
import { Dialog, DialogActions } from '../../parts/dialog.tsx'
import { Failure } from '../../parts/failure.tsx'
import { Field } from '../../parts/field.tsx'
import { Page } from '../../parts/page.tsx'
import { Waiting } from '../../parts/waiting.tsx'
import { WriteButton } from '../../session/write-button.tsx'
import { keysKey, useSigningKeys, type SigningKey } from '../images/signing.ts'
import styles from './keys.module.css'

const signing = `import { signImageUrl } from '@imagehooks/receiver/signed-url'

const url = await signImageUrl(variantUrl, process.env.SIGNING_KEY, {
  expiresAtSeconds: Math.floor(Date.now() / 1000) + 3600,
})
`

/** Every call about keys answers all of them. */
const useKeyChange = (change: (api: Api, name: string) => Promise<{ readonly keys: readonly SigningKey[] }>) => {
  const api = useApi()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (name: string) => change(api, name),
    onSuccess: (all) => queries.setQueryData(keysKey, all),
  })
}

const Entry = ({ signingKey, onRemove }: { readonly signingKey: SigningKey; readonly onRemove: () => void }) => {
  const [isShown, setShown] = useState(false)
  const { name, value } = signingKey
  return (
    <li className={styles['key']}>
      <div>
        <p className={styles['name']}>{name}</p>
        <code className={styles['value']}>{isShown ? value : '•'.repeat(20)}</code>
      </div>
      <div className={styles['actions']}>
        <Button look="quiet" aria-label={`${isShown ? 'Hide' : 'Show'} ${name}`} onClick={() => setShown(!isShown)}>
          {isShown ? 'Hide' : 'Show'}
        </Button>
        <Copy text={value} name={name} />
        <WriteButton look="danger" aria-label={`Delete ${name}`} onClick={onRemove}>
          Delete…
        </WriteButton>
      </div>
    </li>
  )
}

const AddKey = ({ names, onClose }: { readonly names: readonly string[]; readonly onClose: () => void }) => {
  const [name, setName] = useState('')
  const add = useKeyChange((api, wished) => api('putImagesV1KeysKeyName', { path: { key_name: wished } }))
  const fault = names.includes(name.trim()) ? 'A key with this name is there already.' : undefined
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    add.mutate(name.trim(), { onSuccess: onClose })
  }
  return (
    <Dialog open onClose={onClose} title="Create a signing key">
      <form className={styles['form']} onSubmit={submit}>
        <Field label="Name" error={fault ?? add.error?.message} hint="What it is for. The server makes the value.">
          <input
            spellCheck={false}
            value={name}
            onChange={(event) => {
              setName(event.target.value)
              add.reset()
            }}
          />
        </Field>
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            look="primary"
            busy={add.isPending}
            disabled={name.trim() === '' || fault !== undefined}
          >
            Create
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}

const RemoveKey = ({ name, onClose }: { readonly name: string; readonly onClose: () => void }) => {
  const remove = useKeyChange((api, gone) => api('deleteImagesV1KeysKeyName', { path: { key_name: gone } }))
  return (
    <Dialog open onClose={onClose} title="Delete this signing key?">
      <p>
        Every URL that <b>{name}</b> has signed is refused from now on. To change keys without that: create a new one,
        sign with it, and delete this one when its last URL has ended. The last key is followed by a new one.
      </p>
      {remove.isError && <Failure error={remove.error} />}
      <DialogActions>
        <Button onClick={onClose}>Keep it</Button>
        <Button look="danger" busy={remove.isPending} onClick={() => remove.mutate(name, { onSuccess: onClose })}>
          Delete
        </Button>
      </DialogActions>
    </Dialog>
  )
}

/** Settings → Signing keys: what signs the URLs of private images. */
export const Keys = () => {
  const keys = useSigningKeys()
  const [adding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<string>()
  const list = keys.data?.keys
  return (
    <Page
      title="Signing keys"
      lead="Your backend signs the URLs of private images with one of them. Keep them there."
      actions={
        <WriteButton look="primary" onClick={() => setAdding(true)}>
          Create key
        </WriteButton>
      }
    >
      <Card flush>
        {keys.isPending && <Waiting rows={2} />}
        {keys.isError && <Failure error={keys.error} retry={() => void keys.refetch()} />}
        {list && (
          <ul aria-label="Signing keys">
            {list.map((key) => (
              <Entry key={key.name} signingKey={key} onRemove={() => setRemoving(key.name)} />
            ))}
          </ul>
        )}
      </Card>
      {list && (
        <Card title="In your backend" lead="Makes a URL that shows a private image for an hour.">
          <Code label="Code that signs a URL" text={signing} />
        </Card>
      )}
      {adding && <AddKey names={list?.map(({ name }) => name) ?? []} onClose={() => setAdding(false)} />}
      {removing !== undefined && <RemoveKey name={removing} onClose={() => setRemoving(undefined)} />}
    </Page>
  )
}
