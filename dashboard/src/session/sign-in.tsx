import { useState, type SubmitEvent } from 'react'
import { Button } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import { signIn, type Session } from './session.ts'
import styles from './sign-in.module.css'

/** Asks for an API token. `notice` says why, where a link did not work. */
export const SignIn = ({
  onSignedIn,
  notice,
}: {
  readonly onSignedIn: (session: Session) => void
  readonly notice?: string | undefined
}) => {
  const [token, setToken] = useState('')
  const [error, setError] = useState<string>()
  const [busy, setBusy] = useState(false)
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    try {
      onSignedIn(await signIn(token))
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure))
      setBusy(false)
    }
  }
  return (
    <main className={styles['page']}>
      <form className={styles['form']} onSubmit={(event) => void submit(event)}>
        <img src="/icon.svg" alt="" width="44" height="44" />
        <h1>Sign in to Imagehooks</h1>
        {notice !== undefined && (
          <p role="status" className={styles['notice']}>
            {notice}
          </p>
        )}
        <Field
          label="API token"
          error={error}
          hint={
            <>
              <code>imagehooks dev</code> prints one; <code>imagehooks accounts create</code> makes one.
            </>
          }
        >
          <input
            type="text"
            name="token"
            data-masked
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            required
            value={token}
            onChange={(event) => setToken(event.target.value)}
          />
        </Field>
        <Button type="submit" look="primary" busy={busy}>
          Sign in
        </Button>
      </form>
    </main>
  )
}
