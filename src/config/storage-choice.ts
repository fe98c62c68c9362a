import { ConfigError } from './config-error.ts'
import type { Setting } from './env.ts'

/** Where rows are kept: embedded in the data folder, or on a server. The URL may hold a password. */
export type DatabaseChoice = { readonly kind: 'sqlite' } | { readonly kind: 'postgres'; readonly url: string }

/** Where image bytes are kept: in the data folder, or in S3-compatible storage. */
export type BlobChoice =
  | { readonly kind: 'disk' }
  | {
      readonly kind: 's3'
      /** Without a slash at the end; the bucket follows as the first part of the path. */
      readonly endpoint: string
      readonly region: string
      readonly bucket: string
      /** Stands before every object's name, with a slash between; empty for none. */
      readonly prefix: string
      readonly credentials: {
        readonly accessKeyId: string
        readonly secretAccessKey: string
        readonly sessionToken?: string
      }
    }

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

const s3Parameters = ['endpoint', 'region']
const bucketForm = /^[a-z\d][a-z\d._-]{1,61}[a-z\d]$/
const prefixForm = /^(?:[\w.-]+(?:\/[\w.-]+)*)?$/
const longestPrefix = 500
const regionForm = /^[a-z\d-]{1,63}$/i

type Fault = (why: string) => never

/** The endpoint without a slash at the end; Amazon's own for its regions. */
const readEndpoint = (given: string | null, region: string | null, fault: Fault): string => {
  if (given === null)
    return region === null || region === 'auto'
      ? fault('must name an endpoint (…?endpoint=https://s3.example.com), or a region of Amazon S3')
      : `https://s3.${region}.amazonaws.com`
  const url = URL.parse(given)
  if (!url || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '')
    return fault('names an endpoint that is no http or https URL without query and fragment')
  if (url.username !== '' || url.password !== '')
    return fault('must not hold credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY')
  return url.href.replace(/\/+$/, '')
}

type S3Keys = { accessKeyId?: Setting; secretAccessKey?: Setting; sessionToken?: Setting }

const keyForm = /^[\x21-\x7e]{1,4096}$/

/** Quotes nothing. */
const readKeys = ({ accessKeyId, secretAccessKey, sessionToken }: S3Keys) => {
  if (!accessKeyId || !secretAccessKey)
    throw new ConfigError(
      'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set with --blob-url, since they sign what is sent to the storage.',
    )
  for (const key of [accessKeyId, secretAccessKey, sessionToken])
    if (key && !keyForm.test(key.text))
      throw new ConfigError(`${key.source} must be printable ASCII characters without spaces.`)
  return {
    accessKeyId: accessKeyId.text,
    secretAccessKey: secretAccessKey.text,
    ...(sessionToken && { sessionToken: sessionToken.text }),
  }
}

/** Quotes nothing, since somebody may have written credentials into the URL. The region is `auto` where none is named. */
export const readBlobs = (setting?: Setting, keys: S3Keys = {}): BlobChoice => {
  if (!setting) return { kind: 'disk' }
  const url = URL.parse(setting.text)
  const fault: Fault = (why) => {
    throw new ConfigError(`${setting.source} ${why}.`)
  }
  if (url?.protocol !== 's3:' || url.hostname === '')
    return fault(
      'must be a URL such as s3://bucket?endpoint=https://s3.example.com&region=auto; leave it out to use the data folder',
    )
  if (url.username !== '' || url.password !== '')
    return fault('must not hold credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY')
  const names = [...url.searchParams.keys()]
  if (names.some((name) => !s3Parameters.includes(name)) || new Set(names).size < names.length || url.hash !== '')
    return fault(
      'takes the parameters endpoint and region only, once each; credentials come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    )
  const bucket = url.host
  if (!bucketForm.test(bucket))
    return fault('names a bucket that cannot be: it takes 3 to 63 lower-case letters, digits, dots and hyphens')
  const prefix = url.pathname.replaceAll(/^\/|\/$/g, '')
  if (!prefixForm.test(prefix) || prefix.length > longestPrefix)
    return fault(
      `has a path that cannot be a prefix: it takes up to ${longestPrefix} letters, digits, dots, hyphens and underscores, with slashes between`,
    )
  const region = url.searchParams.get('region')
  if (region !== null && !regionForm.test(region))
    return fault('names a region that is not letters, digits and hyphens')
  const endpoint = readEndpoint(url.searchParams.get('endpoint'), region, fault)
  return { kind: 's3', endpoint, region: region ?? 'auto', bucket, prefix, credentials: readKeys(keys) }
}
