import { useEffect, useState } from 'react'
import { Button } from './button.tsx'

/** Puts a text on the clipboard and says so for two seconds. */
export const Copy = ({ text, label = 'Copy' }: { readonly text: string; readonly label?: string }) => {
  const [said, setSaid] = useState<string>()
  useEffect(() => {
    if (said === undefined) return undefined
    const timer = setTimeout(() => setSaid(undefined), 2000)
    return () => clearTimeout(timer)
  }, [said])
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text)
      setSaid('Copied')
    } catch {
      setSaid('Select it and press Ctrl-C')
    }
  }
  return (
    <Button look="quiet" onClick={() => void copy()} aria-live="polite">
      {said ?? label}
    </Button>
  )
}
