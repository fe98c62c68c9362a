import type { HeaderSource, Scheme } from '@imagehooks/receiver/verify'
import { guideScheme, standardScheme } from '@imagehooks/receiver/verify'
import type { Cause, Form } from './cause.ts'

/** Headers as they may have been meant, and the scheme to read them by. */
export type SignatureReading = {
  /** The header that holds the signature. */
  readonly header: string
  readonly scheme: Scheme
  readonly headers: HeaderSource
}

const withHeader = (headers: HeaderSource, name: string, value: string): HeaderSource => ({
  get: (wanted) => (wanted === name ? value : headers.get(wanted)),
})

const isMac = (bytes: Buffer): boolean => bytes.length === 32

/** The 32 bytes that a text is the base64 of, in either alphabet, with or without padding. */
const macOfBase64 = (text: string): Buffer | undefined => {
  if (!/^[\w+/-]{43}=?$/.test(text)) return undefined
  const bytes = Buffer.from(text, 'base64')
  return isMac(bytes) ? bytes : undefined
}

const macOfHex = (text: string): Buffer | undefined =>
  /^[\da-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : undefined

const asHex: Cause = {
  name: 'signature-base64',
  what: 'The signature in x-cloudflare-signature is base64, where 64 hex digits must be.',
  fix: 'Write it as hex: digest("hex").',
}

const asBase64: Cause = {
  name: 'signature-hex',
  what: 'The signature in webhook-signature is not v1, and padded base64.',
  fix: 'Write each as v1, followed by the base64 of the 32 bytes, with padding; several with a space between.',
}

const prefixed: Cause = {
  name: 'signature-prefix',
  what: 'Something stands before the signature in x-cloudflare-signature, such as sha256=, or around it.',
  fix: 'The header holds the 64 hex digits and nothing else; take away what a proxy or a sender adds.',
}

const listed: Cause = {
  name: 'signature-list',
  what: 'x-cloudflare-signature holds several signatures.',
  fix: 'The header holds one; see whether a proxy sends it twice.',
}

const crossed: Cause = {
  name: 'signature-scheme',
  what: 'One header holds what belongs into the other: x-cloudflare-signature signs the body alone, webhook-signature id.timestamp.body.',
  fix: 'Sign the body alone for x-cloudflare-signature, and id.timestamp.body for webhook-signature.',
}

/** What of a header’s value can be the signature, in its bytes, without what stands around it. */
const macsIn = (value: string): Buffer[] =>
  value
    .split(/[\s,;]+/)
    .map((part) => part.replace(/^["']|["']$/g, '').replace(/^[\w-]{1,16}[=:](?=.{43})/, ''))
    .flatMap((part) => macOfHex(part) ?? macOfBase64(part) ?? [])
    .slice(0, 4)

const guideForms = (headers: HeaderSource, value: string): Form<SignatureReading>[] => {
  const list = /[,;]/.test(value)
  return macsIn(value).map((mac) => ({
    value: {
      header: guideScheme.header,
      scheme: guideScheme,
      headers: withHeader(headers, guideScheme.header, mac.toString('hex')),
    },
    cause: list ? listed : macOfBase64(value.trim()) ? asHex : prefixed,
  }))
}

const standardForms = (headers: HeaderSource, value: string): Form<SignatureReading>[] => {
  const list = macsIn(value.replaceAll(/(?<![\w+/-])v1[,=:]/g, ' '))
    .map((mac) => `v1,${mac.toString('base64')}`)
    .join(' ')
  return list === ''
    ? []
    : [
        {
          value: {
            header: standardScheme.header,
            scheme: standardScheme,
            headers: withHeader(headers, standardScheme.header, list),
          },
          cause: asBase64,
        },
      ]
}

/** The signature of each header, read as if it stood in the other. */
const crossedForms = (headers: HeaderSource, guide: string | null, standard: string | null) => {
  const [ofStandard] = standard === null ? [] : macsIn(standard.replaceAll('v1,', ' '))
  const [ofGuide] = guide === null ? [] : macsIn(guide)
  const forms: Form<SignatureReading>[] = []
  if (ofStandard)
    forms.push({
      value: {
        header: standardScheme.header,
        scheme: guideScheme,
        headers: withHeader(headers, guideScheme.header, ofStandard.toString('hex')),
      },
      cause: crossed,
    })
  if (ofGuide)
    forms.push({
      value: {
        header: guideScheme.header,
        scheme: standardScheme,
        headers: withHeader(headers, standardScheme.header, `v1,${ofGuide.toString('base64')}`),
      },
      cause: crossed,
    })
  return forms
}

/** Each header that is there as it is, then in every other form in which its signature may have been meant. */
export const signatureForms = (
  headers: HeaderSource,
  schemes: readonly Scheme[],
): readonly Form<SignatureReading>[] => {
  const present = schemes.filter(({ header }) => headers.get(header) !== null)
  const guide = headers.get(guideScheme.header)
  const standard = headers.get(standardScheme.header)
  return [
    ...present.map((scheme) => ({ value: { header: scheme.header, scheme, headers } })),
    ...(guide === null ? [] : guideForms(headers, guide)),
    ...(standard === null ? [] : standardForms(headers, standard)),
    ...crossedForms(headers, guide, standard),
  ]
}
