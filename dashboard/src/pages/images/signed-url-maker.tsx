import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import { Code } from '../../parts/code.tsx'
import { Failure } from '../../parts/failure.tsx'
import { Field } from '../../parts/field.tsx'
import { Waiting } from '../../parts/waiting.tsx'
import { variantOf, type Image } from './image.ts'
import { canSign, signFor, useSigningKeys } from './signing.ts'
import styles from './details-form.module.css'

const lifetimes = [
  ['900', '15 minutes'],
  ['3600', 'one hour'],
  ['86400', 'one day'],
  ['604800', 'one week'],
  ['', 'as long as its key'],
] as const

const Maker = ({ image }: { readonly image: Image }) => {
  const keys = useSigningKeys()
  const [url, setUrl] = useState(image.variants[0] ?? '')
  const [keyName, setKeyName] = useState('')
  const [seconds, setSeconds] = useState('3600')
  const list = keys.data?.keys ?? []
  const key = list.find(({ name }) => name === keyName) ?? list[0]
  const signed = useQuery({
    queryKey: ['signed-url', url, key?.value, seconds],
    queryFn: () => signFor(url, key?.value ?? '', seconds === '' ? undefined : Number(seconds)),
    enabled: key !== undefined,
    staleTime: 0,
  })
  return (
    <div className={styles['form']}>
      <Field label="Variant">
        <select value={url} onChange={(event) => setUrl(event.target.value)}>
          {image.variants.map((candidate) => (
            <option key={candidate} value={candidate}>
              {variantOf(candidate)}
            </option>
          ))}
        </select>
      </Field>
      <Field label="Good for">
        <select value={seconds} onChange={(event) => setSeconds(event.target.value)}>
          {lifetimes.map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      </Field>
      <Field label="Signing key" hint={<Link href="/settings/keys">All signing keys</Link>}>
        <select value={key?.name ?? ''} onChange={(event) => setKeyName(event.target.value)}>
          {list.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </Field>
      {keys.isError && <Failure error={keys.error} retry={() => void keys.refetch()} />}
      {signed.isError && <Failure error={signed.error} />}
      {signed.data === undefined ? <Waiting rows={1} /> : <Code label="The signed URL" text={signed.data} />}
    </div>
  )
}

/** Makes a URL that shows a private image for a time; the key never leaves the browser. */
export const SignedUrlMaker = ({ image }: { readonly image: Image }) => {
  if (image.draft) return <p>There is nothing to show before its bytes arrive.</p>
  if (!image.requireSignedURLs)
    return (
      <p>Everybody may see this image: its URLs need no signature. Make it private to show it by signed URLs only.</p>
    )
  if (!canSign())
    return <p>Browsers sign on https:// or on this machine only. Open the dashboard there, or sign in your backend.</p>
  return <Maker image={image} />
}
