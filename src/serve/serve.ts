import type { BlobStore } from '../blobs/blob-store.ts'
import type { Sealer } from '../config/secrets.ts'
import type { Clock } from '../domain/clock.ts'
import { type Image, imageLimits } from '../domain/image.ts'
import type { Transform } from '../domain/transform.ts'
import { parseTransform } from '../domain/transform-options.ts'
import type { VariantOptions } from '../domain/variant.ts'
import type { Database } from '../store/database.ts'
import { openSigningKey } from '../store/signing-key-seal.ts'
import { listSigningKeys } from '../store/signing-keys.ts'
import { findServed, type Served } from '../store/serving.ts'
import { type Caching, publicCaching, signedCaching } from './caching.ts'
import type { Hints } from './hints.ts'
import { etagOf, planRendition } from './rendition-plan.ts'
import type { GetRendition, Rendition } from './renditions.ts'
import { checkSignature, type SignedAddress } from './signature.ts'

export type ServeParts = {
  readonly database: Database
  readonly blobs: BlobStore
  readonly clock: Clock
  readonly getRendition: GetRendition
  /** Opens signing keys. */
  readonly sealer: Sealer
}

/** What a variant URL and its request say. */
export type ImageRequest = {
  readonly accountHash: string
  readonly imageId: string
  /** The last segment as it was sent: a variant's name, or options. */
  readonly variant: string
  readonly address: SignedAddress
  readonly hints: Hints
  /** The ETags that the client holds, as `If-None-Match` names them. */
  readonly ifNoneMatch: string | undefined
}

export type ServedImage =
  | { readonly outcome: 'account_unknown' | 'image_unknown' | 'variant_unknown' | 'flexible_off' | 'flexible_private' }
  | { readonly outcome: 'access_denied'; readonly reason: string }
  | ({
      /** `unchanged`: the client has it; no byte was read. */
      readonly outcome: 'unchanged'
    } & AnswerFacts)
  | ({ readonly outcome: 'found' } & AnswerFacts & Rendition)

/** What an answer says beside its bytes. */
export type AnswerFacts = { readonly etag: string; readonly caching: Caching; readonly vary: readonly string[] }

export type Serve = (request: ImageRequest) => Promise<ServedImage>

/** Whether the client holds the present bytes (RFC 9110 §13.1.2, weak comparison). */
export const isHeld = (etag: string, ifNoneMatch: string | undefined): boolean =>
  ifNoneMatch !== undefined &&
  (ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag))

const wishOf = ({ fit, exifPolicy, width, height }: VariantOptions): Transform => ({
  fit,
  exifPolicy,
  ...(width !== undefined && { width }),
  ...(height !== undefined && { height }),
})

/** Options name themselves; no variant's name has an equals sign. */
const isFlexible = (variant: string): boolean => variant.includes('=') || /%3d/i.test(variant)

/**
 * Serves hosted images: one read of the database, the signature where one is needed, the ETag before any byte, then the
 * rendition. A drawing is served through every variant, made harmless and otherwise as it is.
 * @throws AppError for options or variants that cannot be carried out; `unavailable` when too many images are in work.
 */
export const createServe = ({ database, blobs, clock, getRendition, sealer }: ServeParts): Serve => {
  const signingKeys = async (accountId: string): Promise<readonly string[]> =>
    (await listSigningKeys(database, accountId)).flatMap((key) => openSigningKey(sealer, key)?.value ?? [])

  /** How long what may be seen may be kept, or why it may not be seen. */
  const admit = async (
    { address }: ImageRequest,
    { accountId, settings, variant }: Served,
    image: Image,
  ): Promise<{ caching: Caching } | { reason: string }> => {
    if (!image.requireSignedURLs || variant?.neverRequireSignedURLs)
      return { caching: publicCaching(settings, variant) }
    const now = clock.now()
    const checked = checkSignature(address, await signingKeys(accountId), now)
    return checked.ok ? { caching: signedCaching(checked.expiresAt, now) } : { reason: checked.reason }
  }

  return async (request) => {
    const { variant: named, hints, ifNoneMatch } = request
    const flexible = isFlexible(named)
    const served = await findServed(
      database,
      request.accountHash,
      request.imageId,
      flexible ? '' : decodeURIComponent(named),
    )
    if (!served) return { outcome: 'account_unknown' }
    const { image, variant, settings } = served
    if (flexible && !settings.flexibleVariants) return { outcome: 'flexible_off' }
    if (!image) return { outcome: 'image_unknown' }
    if (flexible && image.requireSignedURLs) return { outcome: 'flexible_private' }
    if (!flexible && !variant) return { outcome: 'variant_unknown' }
    const admitted = await admit(request, served, image)
    if ('reason' in admitted) return { outcome: 'access_denied', reason: admitted.reason }
    const plan = planRendition(image, variant ? wishOf(variant.options) : parseTransform(named), hints)
    const facts: AnswerFacts = { etag: etagOf(image.blobKey, plan.name), caching: admitted.caching, vary: plan.vary }
    if (isHeld(facts.etag, ifNoneMatch)) return { outcome: 'unchanged', ...facts }
    const read = () => blobs.readAll(image.blobKey, imageLimits.fileBytes)
    const rendition = await getRendition({ name: image.blobKey, read }, plan)
    // Gone between the row and the bytes.
    return rendition ? { outcome: 'found', ...facts, ...rendition } : { outcome: 'image_unknown' }
  }
}
