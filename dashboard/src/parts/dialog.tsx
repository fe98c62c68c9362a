import { Dialog as Base } from '@base-ui/react/dialog'
import type { ReactNode } from 'react'
import styles from './dialog.module.css'

export type DialogProps = {
  readonly open: boolean
  readonly onClose: () => void
  readonly title: string
  /** What it shows is gone when it closes: a button closes it, no key pressed in passing and no click beside it. */
  readonly mustAnswer?: boolean
  /** For what needs room. */
  readonly wide?: boolean
  readonly children: ReactNode
}

/** A window over the page: takes the focus, gives it back, closes with Escape. */
export const Dialog = ({ open, onClose, title, mustAnswer = false, wide = false, children }: DialogProps) => (
  <Base.Root
    open={open}
    disablePointerDismissal={mustAnswer}
    onOpenChange={(next) => !next && !mustAnswer && onClose()}
  >
    <Base.Portal>
      <Base.Backdrop className={styles['backdrop']} />
      <Base.Popup className={`${styles['popup']} ${wide ? styles['wide'] : ''}`}>
        <Base.Title className={styles['title']}>{title}</Base.Title>
        {children}
      </Base.Popup>
    </Base.Portal>
  </Base.Root>
)

/** The buttons at the end of a dialog. */
export const DialogActions = ({ children }: { readonly children: ReactNode }) => (
  <div className={styles['actions']}>{children}</div>
)
