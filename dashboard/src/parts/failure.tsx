import { Button } from './button.tsx'
import { Icon } from './icon.tsx'
import styles from './failure.module.css'

/** A failure in the server's own words, and a way to try again. */
export const Failure = ({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) => (
  <div role="alert" className={styles['failure']}>
    <Icon name="warning" />
    <p>{error instanceof Error ? error.message : 'Something failed that has no name.'}</p>
    {retry && <Button onClick={retry}>Try again</Button>}
  </div>
)
