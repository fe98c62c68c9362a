import { useEffect, useState } from 'react'
import { Button } from './button.tsx'
import { Icon } from './icon.tsx'

export type CopyProps = {
  readonly text: string
  readonly label?: string
  /** What is copied, for those who hear the button among others. */
  readonly name?: string
  /** Shows no word, only its picture. */
  readonly icon?: boolean
}

/** Puts a text on the clipboard and says so for two seconds. */
export const Copy = ({ text, label = 'Copy', name, icon = false }: CopyProps) => {
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
      // Browsers refuse it to pages that came over plain HTTP from another machine.
      setSaid('Select it and press Ctrl-C')
    }
  }
  const own = name === undefined ? label : `${label}: ${name}`
  return (
    <Button look="quiet" onClick={() => void copy()} title={icon ? label : undefined} aria-label={said ?? own}>
      <Icon name={said === 'Copied' ? 'check' : 'copy'} size={16} />
      {icon && (said === undefined || said === 'Copied') ? null : (said ?? label)}
      <span className="visually-hidden" role="status">
        {said}
      </span>
    </Button>
  )
}
