import { useState } from 'react'
import { Button } from '../../parts/button.tsx'
import { Dialog, DialogActions } from '../../parts/dialog.tsx'
import { Failure } from '../../parts/failure.tsx'
import { Field } from '../../parts/field.tsx'
import { useEndpointChange, type Endpoint } from './endpoints.ts'
import styles from './rotate-dialog.module.css'

const overlaps = [
  ['0', 'none: the old secret ends now'],
  ['3600', 'one hour'],
  ['86400', 'one day'],
  ['604800', 'one week'],
] as const

export type RotateDialogProps = {
  readonly endpoint: Endpoint
  readonly onClose: () => void
  /** Given the new secret where the server made it. */
  readonly onRotated: (secret: string | undefined) => void
}

/** Brings a new secret, and says what the overlap does. */
export const RotateDialog = ({ endpoint, onClose, onRotated }: RotateDialogProps) => {
  const [secret, setSecret] = useState('')
  const [overlap, setOverlap] = useState('86400')
  const rotate = useEndpointChange((api, own: string) =>
    api('postImagesV1WebhooksIdSecret', {
      path: { id: endpoint.id },
      body: { overlap_seconds: Number(overlap), ...(own !== '' && { secret: own }) },
    }),
  )
  const start = (): void => rotate.mutate(secret, { onSuccess: (changed) => onRotated(changed.secret) })
  return (
    <Dialog open onClose={onClose} title="Rotate the secret">
      <ol className={styles['course']}>
        <li>
          <b>Now</b> the new secret signs. In <code>webhook-signature</code> the old one signs beside it, so a receiver
          may know either.
        </li>
        <li>
          <b>During the overlap</b> give your receiver the new secret. <code>x-cloudflare-signature</code> has room for
          one, the new one; a receiver that answers 401 is asked once more with the old one, at once.
        </li>
        <li>
          <b>Afterwards</b> the old secret signs nothing any more.
        </li>
      </ol>
      <Field label="Overlap" hint="How long the old secret goes on signing.">
        <select value={overlap} onChange={(event) => setOverlap(event.target.value)}>
          {overlaps.map(([seconds, words]) => (
            <option key={seconds} value={seconds}>
              {words}
            </option>
          ))}
        </select>
      </Field>
      <Field label="New secret (optional)" hint="Left empty, the server makes one and shows it once.">
        <input
          autoComplete="off"
          spellCheck={false}
          data-code
          value={secret}
          onChange={(event) => setSecret(event.target.value)}
        />
      </Field>
      {rotate.isError && <Failure error={rotate.error} />}
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button look="primary" busy={rotate.isPending} onClick={start}>
          Rotate
        </Button>
      </DialogActions>
    </Dialog>
  )
}
