import { createSettings } from '../accounts/settings.ts'
import { createSigningKeys } from '../accounts/signing-keys.ts'
import { createVariants } from '../accounts/variants.ts'
import type { Sealer } from '../config/secrets.ts'
import type { Clock } from '../domain/clock.ts'
import type { Random } from '../domain/random.ts'
import { accountPath, type Mount } from '../http/app.ts'
import { imageRoutes } from '../http/image-routes.ts'
import { listRoutes } from '../http/list-routes.ts'
import { settingsRoutes } from '../http/settings-routes.ts'
import { signingKeyRoutes } from '../http/signing-key-routes.ts'
import { variantRoutes } from '../http/variant-routes.ts'
import type { Images } from '../images/images.ts'
import type { Database } from '../store/database.ts'

export type RecordMountsParts = {
  readonly database: Database
  readonly sealer: Sealer
  readonly clock: Clock
  readonly random: Random
  readonly images: Images
}

/** The images of an account, and what it says about serving them. What is fixed stands before `/{image_id}`. */
export const recordMounts = ({ database, sealer, clock, random, images }: RecordMountsParts): readonly Mount[] => {
  const signingKeys = createSigningKeys({ database, sealer, clock, random })
  return [
    { at: `${accountPath}/images`, ...listRoutes({ images, clock }) },
    { at: `${accountPath}/images/v1`, ...settingsRoutes({ settings: createSettings(database), images, clock }) },
    { at: `${accountPath}/images/v1/variants`, ...variantRoutes({ variants: createVariants(database), clock }) },
    { at: `${accountPath}/images/v1/keys`, ...signingKeyRoutes({ signingKeys, clock }) },
    { at: `${accountPath}/images/v1`, ...imageRoutes({ images, clock }) },
  ]
}
