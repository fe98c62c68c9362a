import { createHash, timingSafeEqual } from 'node:crypto'
import type { TemporaryBlob } from '../blobs/blob-store.ts'
import type { Account } from '../domain/account.ts'
import { AppError } from '../domain/errors.ts'
import { isPlainText } from '../domain/text.ts'
import { findAccountByHash } from '../store/accounts.ts'
import {
  countFailure,
  deleteExpiredDraft,
  type DirectUpload,
  findDirectUpload,
  insertDraft,
  useDirectUpload,
} from '../store/direct-uploads.ts'
import { fillDraft } from '../store/images.ts'
import { commitImage } from './commit.ts'
import { checkDetails, checkFilename, type UploadDetails } from './details.ts'
import { announceFailure, isFaultOfFile } from './failure.ts'
import { keep, withReceived } from './keep.ts'
import { type Answering, earlierAnswer, rememberStep } from './once.ts'
import type { ImagesParts, ShownImage } from './parts.ts'
import { refusalOf, type Step, unitOf } from './steps.ts'
import { recordOf } from './upload.ts'

/** How long an upload URL may hold, in milliseconds. */
export const uploadUrlLimits = { shortestMs: 2 * 60_000, longestMs: 6 * 3_600_000, defaultMs: 30 * 60_000 } as const

/** Files that may be refused at one upload URL, each with an event, before it counts as used. */
const mostFailures = 10

const secretBytes = 24

const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')

const lost = (cause: unknown): never => {
  throw new AppError('unavailable', 'The server could not confirm that the direct upload was made; make another one.', {
    cause,
  })
}

/** What the backend gets: the id, and the address to hand to a browser. */
export type MadeDirectUpload = { readonly id: string; readonly uploadUrl: string }

/** Without a file: the filename comes with it. */
export type DirectUploadDetails = Omit<UploadDetails, 'filename'>

/**
 * Makes a draft and an address at which it can be filled once, by anybody who knows it, until `expiresAt`.
 * @throws AppError what `checkDetails` refuses, `image_exists`, `idempotency_mismatch`.
 */
export const createDirectUpload = async (
  parts: ImagesParts,
  account: Account,
  details: DirectUploadDetails,
  expiresAt: number,
  answering: Answering<MadeDirectUpload>,
): Promise<string> => {
  const named = { ...details, filename: '' }
  checkDetails(named)
  const answer = await earlierAnswer(parts, account, answering.once)
  if (answer !== undefined) return answer
  const draft = recordOf(parts, account, named)
  const secret = Buffer.from(parts.random.bytes(secretBytes)).toString('base64url')
  const uploadUrl = `${parts.publicUrl()}/upload/${account.hash}/${encodeURIComponent(draft.id)}?token=${secret}`
  const made = { id: draft.id, uploadUrl }
  const upload: DirectUpload = { draft, secretDigest: digestOf(secret), expiresAt, failureCount: 0 }
  const noBlobKey = `draft_${Buffer.from(parts.random.bytes(16)).toString('hex')}`
  const steps: readonly Step[] = [
    ...rememberStep(parts, account, answering, made),
    { statements: [deleteExpiredDraft(account.id, draft.id, draft.uploadedAt)] },
    { statements: insertDraft(upload, noBlobKey), refusedAs: 'image_exists' },
  ]
  const refusal = refusalOf(steps, await parts.database.write(unitOf(steps)).catch(lost))
  if (refusal === undefined) return answering.toText(made)
  const earlier = refusal === 'key_taken' ? await earlierAnswer(parts, account, answering.once) : undefined
  if (earlier !== undefined) return earlier
  throw new AppError(
    'image_exists',
    `An image with the id "${draft.id}" already exists; delete it or choose another id.`,
    {
      pointer: 'id',
    },
  )
}

/** An upload URL that may be used. */
export type OpenDirectUpload = { readonly account: Account; readonly upload: DirectUpload }

const unknownUrl = (): AppError =>
  new AppError('upload_url_unknown', 'This is no upload URL, or its image was removed; ask for a new one.')

const usedUrl = (): AppError => new AppError('upload_url_used', 'This upload URL was used already; ask for a new one.')

/**
 * Looks at an upload URL before anything is read from its caller.
 * @throws AppError `upload_url_unknown`, `upload_url_used`, `upload_url_expired`.
 */
export const openDirectUpload = async (
  { database, clock }: ImagesParts,
  accountHash: string,
  imageId: string,
  secret: string,
): Promise<OpenDirectUpload> => {
  if (!isPlainText(accountHash) || !isPlainText(imageId)) throw unknownUrl()
  const account = await findAccountByHash(database, accountHash)
  const found = account && (await findDirectUpload(database, account.id, imageId))
  if (!found || !timingSafeEqual(Buffer.from(digestOf(secret)), Buffer.from(found.secretDigest))) throw unknownUrl()
  if (found.usedAt !== null) throw usedUrl()
  if (found.expiresAt <= clock.now())
    throw new AppError('upload_url_expired', 'This upload URL has expired; ask for a new one.')
  if (found.failureCount >= mostFailures)
    throw new AppError(
      'upload_url_used',
      `Over ${mostFailures - 1} files were refused at this upload URL; ask for a new one.`,
    )
  if (!found.draft) throw unknownUrl()
  return { account, upload: { ...found, draft: found.draft } }
}

/**
 * Announces that a file for an upload URL was refused, as far as the fault is the file's own. The URL stays open, so that
 * its user can choose another file.
 */
export const refuseDirectUpload = async (
  parts: ImagesParts,
  { account, upload }: OpenDirectUpload,
  error: unknown,
): Promise<void> => {
  if (!isFaultOfFile(error)) return
  const count: Step = { statements: [countFailure(upload, mostFailures)], refusedAs: 'upload_url_used' }
  await announceFailure(parts, account, upload.draft, error, [count])
}

/**
 * Fills the draft of an upload URL, which is used up then. Of several that do so at once one wins.
 * @throws AppError what `probe` refuses, `upload_url_used`, `unavailable`.
 */
export const fillDirectUpload = (
  parts: ImagesParts,
  { account, upload }: OpenDirectUpload,
  temporary: TemporaryBlob,
  filename: string,
  toText: (shown: ShownImage) => string,
): Promise<string> =>
  withReceived(parts, temporary, async () => {
    checkFilename(filename)
    const image = await keep(parts, temporary, { ...upload.draft, filename })
    return commitImage(
      parts,
      account,
      image,
      (shown) => [
        { statements: [useDirectUpload(upload, shown.uploadedAt), ...fillDraft(shown)], refusedAs: 'upload_url_used' },
      ],
      { toText },
    )
  })
