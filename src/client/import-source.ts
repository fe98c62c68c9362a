import { ApiError } from './api-error.ts'
import { type Fields, fieldsOf, isFields, textOf } from './read.ts'
import { createTransport, type TransportOptions } from './transport.ts'

/** An image as the list of a service shows it. */
export type SourceImage = {
  readonly id: string
  readonly filename: string
  /** ISO 8601. */
  readonly uploaded: string
  readonly requireSignedURLs: boolean
  readonly meta: Fields
  readonly creator: string | undefined
}

export type SourceVariant = { readonly id: string; readonly options: Fields; readonly neverRequireSignedURLs: boolean }
export type SourceKey = { readonly name: string; readonly value: string }

/** An account of Cloudflare Images, or of a server that speaks its API. Every call rejects with an `ApiError`. */
export type ImportSource = {
  /** Every image, oldest first, so that those which come meanwhile are met too. */
  images(): AsyncGenerator<SourceImage>
  /** How many there are; undefined where the service does not say. */
  count(): Promise<number | undefined>
  /** The original bytes, at most 10 MiB. */
  blob(imageId: string): Promise<Uint8Array<ArrayBuffer>>
  variants(): Promise<readonly SourceVariant[]>
  keys(): Promise<readonly SourceKey[]>
}

const perPage = 100
const mostBytes = 10 * 1024 * 1024

const listOf = (fields: Fields, name: string): readonly Fields[] => {
  const value = fields[name]
  if (!Array.isArray(value)) throw new Error(`The service’s answer has no list in "${name}".`)
  return value.map((each) => fieldsOf(each, name))
}

const imageOf = (fields: Fields): SourceImage => ({
  id: textOf(fields, 'id'),
  filename: typeof fields['filename'] === 'string' ? fields['filename'] : '',
  uploaded: textOf(fields, 'uploaded'),
  requireSignedURLs: fields['requireSignedURLs'] === true,
  meta: isFields(fields['meta']) ? fields['meta'] : {},
  creator: typeof fields['creator'] === 'string' && fields['creator'] !== '' ? fields['creator'] : undefined,
})

/** Reads to the end, and no more than an image may have. */
const bytesOf = async (response: Response): Promise<Uint8Array<ArrayBuffer>> => {
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  for await (const chunk of response.body ?? []) {
    sizeBytes += chunk.length
    if (sizeBytes > mostBytes) throw new ApiError('The image is over 10 MB.', { status: 413, code: 0 })
    chunks.push(chunk)
  }
  return new Uint8Array(await new Blob(chunks.map((chunk) => new Uint8Array(chunk))).arrayBuffer())
}

export const createImportSource = (options: TransportOptions): ImportSource => {
  const { call } = createTransport(options)
  const root = `${options.url.replace(/\/+$/, '')}/client/v4/accounts/${encodeURIComponent(options.accountId)}`

  const read = async (path: string): Promise<Response> => {
    const headers = { accept: 'image/*', authorization: `Bearer ${options.token ?? ''}` }
    return options.fetch(new Request(`${root}${path}`, { redirect: 'error', headers }))
  }

  return {
    async *images() {
      let token = ''
      for (;;) {
        const after = token === '' ? '' : `&continuation_token=${encodeURIComponent(token)}`
        const page = fieldsOf(await call('GET', `/images/v2?sort_order=asc&per_page=${perPage}${after}`), 'result')
        yield* listOf(page, 'images').map(imageOf)
        const next = page['continuation_token']
        if (typeof next !== 'string' || next === '') return
        token = next
      }
    },
    async count() {
      try {
        const { count } = fieldsOf(await call('GET', '/images/v1/stats'), 'result')
        return isFields(count) && typeof count['current'] === 'number' ? count['current'] : undefined
      } catch (error) {
        // It is for show, and a service may offer no such call.
        if (error instanceof ApiError && [403, 404, 501].includes(error.status)) return undefined
        throw error
      }
    },
    async blob(imageId) {
      try {
        const response = await read(`/images/v1/${encodeURIComponent(imageId)}/blob`)
        if (response.ok) return await bytesOf(response)
        await response.body?.cancel()
        throw new ApiError(`The source answered ${response.status} for the bytes.`, {
          status: response.status,
          code: 0,
        })
      } catch (cause) {
        if (cause instanceof ApiError) throw cause
        throw new ApiError('The bytes did not arrive whole from the source.', { status: 502, code: 0, cause })
      }
    },
    async variants() {
      const { variants } = fieldsOf(await call('GET', '/images/v1/variants'), 'result')
      return Object.values(fieldsOf(variants, 'variants')).map((value) => {
        const fields = fieldsOf(value, 'variants')
        return {
          id: textOf(fields, 'id'),
          options: fieldsOf(fields['options'], 'options'),
          neverRequireSignedURLs: fields['neverRequireSignedURLs'] === true,
        }
      })
    },
    async keys() {
      const result = fieldsOf(await call('GET', '/images/v1/keys'), 'result')
      return listOf(result, 'keys').map((key) => ({ name: textOf(key, 'name'), value: textOf(key, 'value') }))
    },
  }
}
