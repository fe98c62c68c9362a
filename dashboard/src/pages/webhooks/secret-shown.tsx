import { Button } from '../../parts/button.tsx'
import { Code } from '../../parts/code.tsx'
import { Dialog, DialogActions } from '../../parts/dialog.tsx'

export type SecretShownProps = {
  readonly title?: string
  /** Undefined where the user gave one, who then knows it. */
  readonly secret: string | undefined
  readonly onClose: () => void
  /** Goes on to a Test, where that is what comes next. */
  readonly onTest?: () => void
}

/** A secret that the server made: this once and never again. */
export const SecretShown = ({ title = 'The signing secret', secret, onClose, onTest }: SecretShownProps) => (
  <Dialog open onClose={onClose} title={title} mustAnswer={secret !== undefined}>
    {secret === undefined ? (
      <p>It is signed with your secret. A Test shows whether the receiver takes it.</p>
    ) : (
      <>
        <p>
          This is its signing secret, shown this once and never again. Give it to your receiver, as an environment
          variable or a stored secret.
        </p>
        <Code label="Signing secret" text={secret} />
      </>
    )}
    <DialogActions>
      {onTest && (
        <Button onClick={onTest}>{secret === undefined ? 'Send a Test' : 'I have kept it, send a Test'}</Button>
      )}
      <Button look="primary" onClick={onClose}>
        {secret === undefined ? 'Done' : 'I have kept it'}
      </Button>
    </DialogActions>
  </Dialog>
)
