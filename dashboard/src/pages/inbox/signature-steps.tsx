import type { ReactNode } from 'react'
import { Icon } from '../../parts/icon.tsx'
import type { Received } from './use-inbox.ts'
import styles from './signature-steps.module.css'

type Check = Received['checks'][number]

/** How each kind of signature is checked, told with what this webhook brought. */
const stepsOf: Readonly<Record<string, (header: (name: string) => string) => readonly ReactNode[]>> = {
  'webhook-signature': (header) => [
    <>
      Take <code>webhook-id</code>, <code>webhook-timestamp</code> and the body’s bytes as they came, with dots between:{' '}
      <code>
        {header('webhook-id')}.{header('webhook-timestamp')}.{'{…}'}
      </code>
    </>,
    <>
      Sign that with HMAC-SHA256; the key is the base64 behind <code>whsec_</code>, or the secret’s own bytes.
    </>,
    <>
      Compare its base64, in constant time, with what stands behind each <code>v1,</code> in{' '}
      <code>{header('webhook-signature')}</code>
    </>,
    <>See that the timestamp lies within five minutes of now.</>,
  ],
  'x-cloudflare-signature': (header) => [
    <>Take the body’s bytes as they came, before anything parses them.</>,
    <>Sign them with HMAC-SHA256; the key is the secret’s text as it is.</>,
    <>
      Compare its hex, in constant time, with <code>{header('x-cloudflare-signature')}</code>
    </>,
  ],
}

const marks = { true: 'check', false: 'cross', null: 'dash' } as const
const words = { true: 'Passed:', false: 'Failed:', null: 'Not checked:' } as const

const SignatureCheck = ({ check, entry }: { readonly check: Check; readonly entry: Received }) => {
  const { header, passed, explanation } = check
  const valueOf = (name: string): string => entry.headers.find(([own]) => own === name)?.[1] ?? '…'
  const outcome = `${passed}` as const
  return (
    <li className={styles['check']} data-passed={outcome}>
      <span className={styles['mark']}>
        <Icon name={marks[outcome]} size={14} />
        <span className="visually-hidden">{words[outcome]}</span>
      </span>
      <div>
        <h4>
          <code>{header}</code>
        </h4>
        <p>{explanation}</p>
        {passed !== null && (
          <ol className={styles['steps']}>
            {(stepsOf[header]?.(valueOf) ?? []).map((step, index) => (
              <li key={index}>{step}</li>
            ))}
          </ol>
        )}
      </div>
    </li>
  )
}

/** The signatures of a webhook: how each is checked, step by step, and how that went. */
export const SignatureSteps = ({ entry }: { readonly entry: Received }) => (
  <ul className={styles['checks']}>
    {entry.checks.map((check) => (
      <SignatureCheck key={check.header} check={check} entry={entry} />
    ))}
  </ul>
)
