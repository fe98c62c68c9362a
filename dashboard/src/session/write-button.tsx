import { Button, type ButtonProps } from '../parts/button.tsx'
import { useSession } from './session-context.ts'

/** Whether who is signed in may change anything. */
export const useMayWrite = (): boolean => useSession().permission === 'Images Write'

/** A button that changes something: it rests, and says why, where the token that signed in may only read. */
export const WriteButton = ({ disabled, title, ...rest }: ButtonProps) => {
  const mayWrite = useMayWrite()
  return (
    <Button
      {...rest}
      disabled={disabled === true || !mayWrite}
      title={mayWrite ? title : 'The token you signed in with may only read.'}
    />
  )
}
