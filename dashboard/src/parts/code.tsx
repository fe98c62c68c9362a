import { Copy } from './copy.tsx'
import styles from './code.module.css'

/** Text to read or to paste, as it is: never rendered. */
export const Code = ({
  text,
  label,
  copy = true,
}: {
  readonly text: string
  readonly label: string
  readonly copy?: boolean
}) => (
  <div className={styles['frame']}>
    {/* It scrolls, so the keyboard must reach it. */}
    <pre className={styles['code']} tabIndex={0} aria-label={label}>
      {text}
    </pre>
    {copy && (
      <div className={styles['copy']}>
        <Copy text={text} />
      </div>
    )}
  </div>
)
