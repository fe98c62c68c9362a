import { ApiError } from './api-error.ts'
import type { SourceImage, SourceKey, SourceVariant } from './import-source.ts'
import { fieldsOf } from './read.ts'
import { createTransport, type TransportOptions } from './transport.ts'

/** The account that an import fills. Every call may be repeated, and rejects with an `ApiError`. */
export type ImportTarget = {
  /** False when it was there already, with the same bytes. */
  putImage(image: SourceImage, bytes: Uint8Array<ArrayBuffer>, events: boolean): Promise<boolean>
  /** Makes it, or gives the one of that name its options. */
  putVariant(variant: SourceVariant): Promise<void>
  putKey(key: SourceKey): Promise<void>
}

const variantWords = ['fit', 'metadata', 'width', 'height', 'browser_ttl'] as const

export const createImportTarget = (options: TransportOptions): ImportTarget => {
  const { call } = createTransport(options)
  return {
    async putImage(image, bytes, events) {
      const form = new FormData()
      form.append('uploaded', image.uploaded)
      form.append('events', String(events))
      form.append('requireSignedURLs', String(image.requireSignedURLs))
      form.append('metadata', JSON.stringify(image.meta))
      if (image.creator !== undefined) form.append('creator', image.creator)
      form.append('file', new File([bytes], image.filename))
      const path = `/images/import/images/${encodeURIComponent(image.id)}`
      return fieldsOf(await call('PUT', path, { body: form }), 'result')['imported'] === true
    },
    async putVariant({ id, options: given, neverRequireSignedURLs }) {
      const known = variantWords.flatMap((word) =>
        given[word] === undefined || given[word] === null ? [] : [[word, given[word]]],
      )
      const body = { options: Object.fromEntries(known), neverRequireSignedURLs }
      try {
        await call('POST', '/images/v1/variants', { body: { id, ...body } })
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 409) throw error
        await call('PATCH', `/images/v1/variants/${encodeURIComponent(id)}`, { body })
      }
    },
    async putKey({ name, value }) {
      await call('PUT', `/images/import/keys/${encodeURIComponent(name)}`, { body: { value } })
    },
  }
}
