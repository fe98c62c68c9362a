import { Button } from '../../parts/button.tsx'
import { Code } from '../../parts/code.tsx'
import { Dialog, DialogActions } from '../../parts/dialog.tsx'

/** A secret that the server made: this once and never again. */
export const SecretShown = ({ secret, onClose }: { readonly secret: string; readonly onClose: () => void }) => (
  <Dialog open onClose={onClose} title="The signing secret">
    <p>This is the only time it is shown. Give it to your receiver, as an environment variable or a stored secret.</p>
    <Code label="Signing secret" text={secret} />
    <DialogActions>
      <Button look="primary" onClick={onClose}>
        I have kept it
      </Button>
    </DialogActions>
  </Dialog>
)
