import { createHash } from 'node:crypto'
import { drain, readText } from './s3-body.ts'
import type { Patience, S3Client, S3Request } from './s3-client.ts'
import { StorageError } from './s3-error.ts'
import { childText, escapeXml, readXml, type XmlElement } from './s3-xml.ts'
import type { BlobContent } from './temporaries.ts'

/** Larger blobs are sent in parts. */
const singleBytes = 16 * 1024 * 1024
const partBytes = 8 * 1024 * 1024
const longestAnswerBytes = 65_536

/** Every object carries the digest of its bytes, by which an upload whose answer was lost is recognised. */
const digestHeader = 'x-amz-meta-sha256'

const base64Of = (digest: string): string => Buffer.from(digest, 'hex').toString('base64')

const readAnswer = async (response: Response): Promise<XmlElement> => {
  const text = await readText(response, longestAnswerBytes)
  try {
    return readXml(text)
  } catch (cause) {
    throw new StorageError('The storage answered something that is not understood.', { mayPass: true, cause })
  }
}

const digestOf = async (part: Blob): Promise<string> => {
  const hash = createHash('sha256')
  for await (const chunk of part.stream()) hash.update(chunk)
  return hash.digest('hex')
}

const completion = (tags: readonly string[]): string => {
  const parts = tags.map(
    (tag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${escapeXml(tag)}</ETag></Part>`,
  )
  return `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${parts.join('')}</CompleteMultipartUpload>`
}

/** How an object is brought into the storage. */
export type Upload = (name: string, bytes: Blob, content: BlobContent, patience?: Patience) => Promise<void>

/**
 * Uploads under names that nobody has. Sent again after a lost answer, an object finds itself in its place; that is
 * recognised, so an upload resolves when the storage has the bytes, all of them, and has said so.
 */
export const createUpload = ({ send }: S3Client): Upload => {
  let takesGuards = true

  const isOurs = (name: string, { sizeBytes, digest }: BlobContent): Promise<boolean> =>
    send(
      { method: 'HEAD', name, accept: [404] },
      async ({ ok, headers }) =>
        ok && headers.get(digestHeader) === digest && headers.get('content-length') === String(sizeBytes),
    )
  const expectOurs = async (name: string, content: BlobContent): Promise<void> => {
    if (!(await isOurs(name, content))) throw new Error(`the object ${name} is not the one that was uploaded`)
  }

  /**
   * Sends what brings an object into its place, so that nothing that is there is replaced. A storage that does not know
   * the guarding headers says 501 and gets none from then on: names are random, so an upload could only replace itself.
   */
  const sendInPlace = async (
    request: S3Request & { readonly name: string },
    content: BlobContent,
    guards: Readonly<Record<string, string>>,
    take: (response: Response) => Promise<void>,
  ): Promise<void> => {
    const isGuarded = takesGuards
    const status = await send(
      {
        ...request,
        headers: { ...request.headers, ...(isGuarded && { 'if-none-match': '*', ...guards }) },
        accept: [...(request.accept ?? []), 412, ...(isGuarded ? [501] : [])],
      },
      async (response) => {
        if (response.ok) await take(response)
        return response.status
      },
    )
    if (status === 501) {
      takesGuards = false
      await sendInPlace(request, content, guards, take)
    } else if (status >= 300) await expectOurs(request.name, content)
  }

  const sendWhole = (name: string, bytes: Blob, content: BlobContent, patience?: Patience): Promise<void> =>
    sendInPlace(
      {
        method: 'PUT',
        name,
        headers: { 'content-type': 'application/octet-stream', [digestHeader]: content.digest },
        body: bytes,
        digest: content.digest,
        ...(patience && { patience }),
      },
      content,
      { 'x-amz-checksum-sha256': base64Of(content.digest) },
      drain,
    )

  const begin = (name: string, { digest }: BlobContent): Promise<string> =>
    send(
      {
        method: 'POST',
        name,
        query: { uploads: '' },
        headers: { 'content-type': 'application/octet-stream', [digestHeader]: digest },
      },
      async (response) => {
        const uploadId = childText(await readAnswer(response), 'UploadId')
        if (!uploadId) throw new StorageError('The storage began an upload without an id.', { mayPass: false })
        return uploadId
      },
    )

  /** Answers the tag by which the storage knows the part. */
  const sendPart = async (name: string, part: Blob, query: Record<string, string>): Promise<string> =>
    send({ method: 'PUT', name, query, body: part, digest: await digestOf(part) }, async (response) => {
      await drain(response)
      const tag = response.headers.get('etag')
      if (!tag) throw new StorageError('The storage took a part without a tag.', { mayPass: false })
      return tag
    })

  const complete = (name: string, uploadId: string, tags: readonly string[], content: BlobContent): Promise<void> =>
    sendInPlace(
      {
        method: 'POST',
        name,
        query: { uploadId },
        headers: { 'content-type': 'application/xml' },
        body: completion(tags),
        // An upload that was put together already is not found any more.
        accept: [404],
      },
      content,
      {},
      async (response) => {
        // S3 may say 200 first and put its failure into the body.
        const { name: kind } = await readAnswer(response)
        if (kind !== 'CompleteMultipartUploadResult')
          throw new StorageError('The storage could not put the parts together.', { mayPass: true })
      },
    )

  const sendParts = async (name: string, bytes: Blob, content: BlobContent): Promise<void> => {
    const uploadId = await begin(name, content)
    try {
      const tags: string[] = []
      for (let start = 0; start < bytes.size; start += partBytes) {
        const part = bytes.slice(start, start + partBytes)
        tags.push(await sendPart(name, part, { partNumber: String(tags.length + 1), uploadId }))
      }
      await complete(name, uploadId, tags, content)
    } catch (error) {
      // The first failure is what the caller must hear of; parts that stay are for the bucket's own rules.
      await send({ method: 'DELETE', name, query: { uploadId }, accept: [404] }, drain).catch(() => undefined)
      throw error
    }
  }

  return (name, bytes, content, patience) =>
    bytes.size > singleBytes ? sendParts(name, bytes, content) : sendWhole(name, bytes, content, patience)
}
