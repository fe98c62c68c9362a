import { styleText } from 'node:util'
import { instantWords } from '../../webhooks/time-words.ts'
import { labelled, type Screen } from '../labelled.ts'
import { printable } from '../printable.ts'
import type { Cause } from './cause.ts'
import type { Diagnosis, SchemeOutcome } from './diagnosis.ts'

const pale = (text: string): string => styleText('gray', text)
const good = (text: string): string => styleText('green', text)
const bad = (text: string): string => styleText('red', text)

const headerWidth = 26
const labelWidth = 12

const outcomeWords: Readonly<Record<SchemeOutcome['outcome'], string>> = {
  verified: '✓ verifies',
  missing: '– is not there',
  malformed: '✗ is written as no sender writes it',
  mismatch: '✗ none of the secrets made it for these bytes',
  stale: '✗ is right, but of another time',
}

const outcomeText = ({ outcome, secret }: SchemeOutcome): string => {
  const words = outcomeWords[outcome]
  if (outcome === 'missing') return pale(words)
  return outcome === 'verified' ? `${good(words)}${pale(` with ${printable(secret ?? '')}`)}` : bad(words)
}

const causeLines = (label: string, { name, what, fix }: Cause, screen: Screen): string[] => [
  '',
  ...labelled(`  ${label}`, labelWidth, `${printable(what)} ${pale(`(${name})`)}`, screen, (text) =>
    styleText('bold', text),
  ),
  ...labelled('  mend', labelWidth, printable(fix), screen, (text) => styleText('bold', text)),
]

/** What was found, for a person. Signatures and secrets are in none of it. */
export const diagnosisLines = (diagnosis: Diagnosis, now: number, screen: Screen): readonly string[] => {
  const { verified, proof, secret, schemes, causes, likely, notes, triedCount } = diagnosis
  const tried = `${triedCount} combinations of body, secret and signature were tried.`
  return [
    verified
      ? `${good('✓')} ${styleText('bold', 'The signature verifies')}, with the secret in ${printable(secret ?? '')}.`
      : `${bad('✗')} ${styleText('bold', 'The signature does not verify.')}`,
    '',
    ...schemes.flatMap((scheme) =>
      labelled(`  ${scheme.header}`, headerWidth, outcomeText(scheme), screen, (text) => text),
    ),
    ...(proof?.id === undefined ? [] : ['', ...labelled('  event', labelWidth, printable(proof.id), screen, pale)]),
    ...(proof?.sentAt === undefined
      ? []
      : labelled('  sent', labelWidth, instantWords(proof.sentAt, now), screen, pale)),
    ...causes.flatMap((cause) => causeLines('cause', cause, screen)),
    ...notes.flatMap((cause) => causeLines('note', cause, screen)),
    ...likely.flatMap((cause) => causeLines('likely', cause, screen)),
    ...(likely.length > 0 ? ['', pale(`  ${tried}`)] : []),
  ]
}

const causeView = ({ name, what, fix }: Cause) => ({ name, what, mend: fix })

/** What was found, for a program. */
export const diagnosisView = ({ verified, proof, secret, schemes, causes, likely, notes, triedCount }: Diagnosis) => ({
  verified,
  scheme: proof?.scheme ?? null,
  secret: secret ?? null,
  event_id: proof?.id ?? null,
  sent: proof?.sentAt === undefined ? null : new Date(proof.sentAt).toISOString(),
  headers: schemes.map(({ scheme, header, outcome, secret: by }) => ({ header, scheme, outcome, secret: by ?? null })),
  causes: causes.map(causeView),
  likely: likely.map(causeView),
  notes: notes.map(causeView),
  tried_count: triedCount,
})
