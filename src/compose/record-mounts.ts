import { createBatchTokens } from '../accounts/batch-tokens.ts'
import { createSettings } from '../accounts/settings.ts'
import { createSigningKeys } from '../accounts/signing-keys.ts'
import { createVariants } from '../accounts/variants.ts'
import type { Sealer } from '../config/secrets.ts'
import type { Clock } from '../domain/clock.ts'
import type { Random } from '../domain/random.ts'
import { accountPath, type Mount } from '../http/app.ts'
import { batchPath, batchRoutes } from '../http/batch-routes.ts'
import { directUploadRoutes } from '../http/direct-upload-routes.ts'
import { imageRoutes } from '../http/image-routes.ts'
import { importRoutes } from '../http/import-routes.ts'
import { listRoutes } from '../http/list-routes.ts'
import { notOfferedRoutes } from '../http/not-offered-routes.ts'
import { settingsRoutes } from '../http/settings-routes.ts'
import { signingKeyRoutes } from '../http/signing-key-routes.ts'
import { variantRoutes } from '../http/variant-routes.ts'
import type { Images } from '../images/images.ts'
import type { Database } from '../store/database.ts'
import { createPacers } from '../webhooks/pace.ts'

export type RecordMountsParts = {
  readonly database: Database
  readonly sealer: Sealer
  readonly clock: Clock
  readonly random: Random
  readonly images: Images
  /** Whether requests are held to a pace. */
  readonly paced: boolean
}

/** Cloudflare's, for each batch token. */
const batchRequestsPerSecond = 200

/** The images of an account, and what it says about serving them. What is fixed stands before `/{image_id}`. */
export const recordMounts = (parts: RecordMountsParts): readonly Mount[] => {
  const { database, clock, images, paced } = parts
  const signingKeys = createSigningKeys(parts)
  const batchTokens = createBatchTokens(parts)
  const settings = createSettings(database)
  const lists = listRoutes({ images, clock })
  const directUploads = directUploadRoutes({ images, clock })
  const records = imageRoutes({ images, clock })
  return [
    { at: `${accountPath}/images`, ...directUploads },
    { at: `${accountPath}/images`, ...lists },
    { at: `${accountPath}/images/v1`, ...settingsRoutes({ settings, batchTokens, images, clock }) },
    { at: `${accountPath}/images/v1/variants`, ...variantRoutes({ variants: createVariants(database), clock }) },
    { at: `${accountPath}/images/v1/keys`, ...signingKeyRoutes({ signingKeys, clock }) },
    { at: `${accountPath}/images/import`, ...importRoutes({ images, signingKeys, clock }) },
    { at: `${accountPath}/images/v1`, ...records },
    { at: accountPath, routes: notOfferedRoutes() },
    {
      at: batchPath,
      routes: batchRoutes({
        findByToken: batchTokens.authenticate,
        requestPace: paced ? createPacers(batchRequestsPerSecond, batchRequestsPerSecond, clock) : () => 0,
        parts: [
          { at: '/', routes: directUploads.routes },
          { at: '/', routes: lists.routes },
          { at: '/v1', routes: records.routes },
        ],
      }),
    },
  ]
}
