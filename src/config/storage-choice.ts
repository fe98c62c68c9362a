import { ConfigError } from './config-error.ts'
import type { Setting } from './env.ts'

/** Where rows are kept: embedded in the data folder, or on a server. The URL may hold a password. */
export type DatabaseChoice = { readonly kind: 'sqlite' } | { readonly kind: 'postgres'; readonly url: string }

/** Where image bytes are kept: in the data folder, or in S3-compatible storage. */
export type BlobChoice =
  | { readonly kind: 'disk' }
  | { readonly kind: 's3'; readonly bucket: string; readonly endpoint?: string; readonly region?: string }

/** Quotes nothing, since a database URL may hold a password. */
export const readDatabase = (setting?: Setting): DatabaseChoice => {
  if (!setting) return { kind: 'sqlite' }
  const url = URL.parse(setting.text)
  if (!url || !['postgres:', 'postgresql:'].includes(url.protocol))
    throw new ConfigError(
      `${setting.source} must be a URL such as postgres://user@host/imagehooks; leave it out to use the embedded database.`,
    )
  return { kind: 'postgres', url: url.href }
}

const s3Parameters = new Set(['endpoint', 'region'])

/** Quotes nothing, since somebody may have written credentials into the URL. */
export const readBlobs = (setting?: Setting): BlobChoice => {
  if (!setting) return { kind: 'disk' }
  const url = URL.parse(setting.text)
  const fault = (why: string): never => {
    throw new ConfigError(`${setting.source} ${why}.`)
  }
  if (!url || url.protocol !== 's3:' || url.hostname === '' || !['', '/'].includes(url.pathname))
    return fault(
      'must be a URL such as s3://bucket?endpoint=https://s3.example.com&region=auto; leave it out to use the data folder',
    )
  if (url.username !== '' || url.password !== '')
    return fault('must not hold credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY')
  if ([...url.searchParams.keys()].some((name) => !s3Parameters.has(name)))
    return fault(
      'takes the parameters endpoint and region only; credentials come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    )
  const endpoint = url.searchParams.get('endpoint')
  const region = url.searchParams.get('region')
  if (endpoint !== null && !/^https?:$/.test(URL.parse(endpoint)?.protocol ?? ''))
    return fault('names an endpoint that is no http or https URL')
  return { kind: 's3', bucket: url.hostname, ...(endpoint && { endpoint }), ...(region && { region }) }
}
