import type { Scheme } from '@imagehooks/receiver/verify'
import { createVerifier, guideScheme, standardScheme } from '@imagehooks/receiver/verify'
import type { NamedSecret } from '../secret-sources.ts'
import type { Cause, Form } from './cause.ts'

/** A secret as it may have been used: its text, and how a scheme made a key of it. */
export type SecretUse = {
  /** Where it came from. */
  readonly source: NamedSecret
  readonly text: string
  /** Makes the key; undefined: as the scheme itself does. */
  readonly prepare?: Scheme['prepare']
}

const blanks = (what: string): Cause => ({
  name: 'secret-blanks',
  what,
  fix: 'Store the secret alone: printf %s "$SECRET" | wrangler secret put WEBHOOK_SECRET, since echo adds a line end.',
})

const quotes = (what: string): Cause => ({
  name: 'secret-quotes',
  what,
  fix: 'Store the secret without the quotes; a file of variables may need them, a secret store does not.',
})

const prefix = (what: string): Cause => ({
  name: 'secret-prefix',
  what,
  fix: 'Use the secret as it was shown, whsec_ included where it begins so.',
})

const textForms = (text: string): Form<string>[] => [
  { value: text.trim(), cause: blanks('White space or a line end stands around the secret that was given.') },
  {
    value: text.trim().replace(/^(["'])(.*)\1$/s, '$2'),
    cause: quotes('Quotes stand around the secret that was given.'),
  },
  {
    value: text.trim().replace(/^(?:export\s+)?\w+\s*=\s*(["']?)(.*)\1$/s, '$2'),
    cause: {
      name: 'secret-name',
      what: 'The secret that was given is a whole line, NAME=secret.',
      fix: 'Give what follows the =.',
    },
  },
  ...['\n', '\r\n', ' '].map((end) => ({
    value: `${text}${end}`,
    cause: blanks('The sender’s secret ends in white space or a line end that the one given has not.'),
  })),
  { value: `"${text}"`, cause: quotes('The sender’s secret has quotes around it.') },
  ...(text.startsWith('whsec_')
    ? [
        {
          value: text.slice('whsec_'.length),
          cause: prefix('It was signed with the part after whsec_, as text.'),
        },
      ]
    : [{ value: `whsec_${text}`, cause: prefix('The secret that was given lacks whsec_ at its beginning.') }]),
]

/** What a secret decodes to was the key where its text must be, or the reverse. */
const keyForms = (text: string): Form<Scheme['prepare']>[] =>
  text.startsWith('whsec_')
    ? [
        {
          value: guideScheme.prepare,
          cause: {
            name: 'secret-text',
            what: 'The text of the secret was the key of webhook-signature, where the bytes that follow whsec_ must be.',
            fix: 'For Standard Webhooks decode the base64 after whsec_ and use the bytes.',
          },
        },
        {
          value: standardScheme.prepare,
          cause: {
            name: 'secret-decoded',
            what: 'The bytes that follow whsec_ were the key of x-cloudflare-signature, where the text of the whole secret must be.',
            fix: 'For the guide’s header use the UTF-8 text of the secret, whsec_ included.',
          },
        },
      ]
    : /^[\w+/-]{16,}=*$/.test(text)
      ? [
          {
            value: (secret, prepareMacCheck) => prepareMacCheck(new Uint8Array(Buffer.from(secret, 'base64'))),
            cause: {
              name: 'secret-decoded',
              what: 'What the secret decodes to as base64 was the key, where its text must be.',
              fix: 'A secret without whsec_ is used as text, in both headers.',
            },
          },
        ]
      : []

/** Whether a receiver takes a secret at all. */
export const isUsable = (text: string): boolean => {
  try {
    createVerifier(text, [guideScheme])
    return true
  } catch {
    // Why not is told by the form that verifies.
    return false
  }
}

/** No key is blank, and none is longer. */
const canBe = (text: string): boolean => text.trim() !== '' && text.length <= 256

/** Every secret as it was given, then every other use of each; the first of several is the one that was expected. */
export const secretForms = (secrets: readonly NamedSecret[]): readonly Form<SecretUse>[] => {
  const given = secrets.map((source, at): Form<SecretUse> => {
    const value = { source, text: source.text }
    if (at === 0) return { value }
    return {
      value,
      cause: {
        name: 'secret-other',
        what: `It was signed with another secret: the one in ${source.name}, not the one in ${secrets[0]?.name}.`,
        fix: `Give the receiver the secret in ${source.name}; while a secret is rotated, both.`,
      },
    }
  })
  const changed = secrets.flatMap((source): Form<SecretUse>[] => [
    ...textForms(source.text)
      .filter(({ value }) => value !== source.text && canBe(value))
      .map(({ value: text, ...rest }) => ({ value: { source, text }, ...rest })),
    ...keyForms(source.text).map(({ value: prepare, ...rest }) => ({
      value: { source, text: source.text, prepare },
      ...rest,
    })),
  ])
  return [...given, ...changed]
}
