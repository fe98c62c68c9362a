import { guideScheme, type Proof } from '@imagehooks/receiver/verify'
import type { NamedSecret } from '../secret-sources.ts'
import type { Cause } from './cause.ts'
import type { SchemeOutcome, Webhook } from './diagnosis.ts'

const oldSecret = (secret: NamedSecret): Cause => ({
  name: 'secret-other',
  what: `The secret in ${secret.name} made it, not the first that was given.`,
  fix: 'Give the receiver this one; while a secret is rotated, both.',
})

const upperCase: Cause = {
  name: 'signature-case',
  what: 'x-cloudflare-signature is in upper case. Receivers that compare it as text refuse it.',
  fix: 'Send lower case, and compare bytes, not text.',
}

const timeless: Cause = {
  name: 'no-time',
  what: 'x-cloudflare-signature alone proves it, which says nothing about when it was sent and never expires.',
  fix: 'Where webhook-signature can be had, verify that; else refuse events whose timestamp is over a day old.',
}

const half = ({ header }: SchemeOutcome): Cause => ({
  name: 'one-header',
  what: `${header} does not verify, although the header before it does: a receiver that looks at it alone refuses this.`,
  fix: 'During a rotation it is signed with the newest secret only; give the receiver that one too.',
})

/** What may be wrong with a webhook that verifies, in the eyes of another receiver. */
export const notesOf = ({
  webhook: { headers, secrets },
  outcomes,
  proof,
  secret,
}: {
  readonly webhook: Webhook
  readonly outcomes: readonly SchemeOutcome[]
  readonly proof: Proof
  readonly secret: NamedSecret | undefined
}): readonly Cause[] => {
  const guide = headers.get(guideScheme.header)
  const other = outcomes.find(({ outcome }) => outcome !== 'verified' && outcome !== 'missing')
  return [
    ...(secret && secret !== secrets[0] ? [oldSecret(secret)] : []),
    ...(guide !== null && /[A-F]/.test(guide) ? [upperCase] : []),
    ...(proof.scheme === guideScheme.name ? [timeless] : []),
    ...(other ? [half(other)] : []),
  ]
}
