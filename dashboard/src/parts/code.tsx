import { useMemo } from 'react'
import { Copy } from './copy.tsx'
import { piecesOfJson, prettyJson } from './json.ts'
import styles from './code.module.css'

const Coloured = ({ json }: { readonly json: string }) => {
  const pieces = useMemo(() => piecesOfJson(json), [json])
  return pieces.map(([kind, text], index) =>
    kind === 'between' ? (
      text
    ) : (
      <span key={index} className={styles[kind]}>
        {text}
      </span>
    ),
  )
}

export type CodeProps = {
  readonly text: string
  readonly label: string
  readonly copy?: boolean
  /** Where the text is JSON, its lines are set apart and its parts coloured. */
  readonly json?: boolean
}

/** Text to read or to paste, as it is: never rendered. */
export const Code = ({ text, label, copy = true, json = false }: CodeProps) => {
  const pretty = useMemo(() => (json ? prettyJson(text) : undefined), [json, text])
  return (
    <div className={styles['frame']}>
      {/* It scrolls, so the keyboard must reach it. */}
      <pre className={styles['code']} tabIndex={0} role="group" aria-label={label}>
        {pretty === undefined ? text : <Coloured json={pretty} />}
      </pre>
      {copy && (
        <div className={styles['copy']}>
          <Copy text={pretty ?? text} name={label} icon />
        </div>
      )}
    </div>
  )
}
