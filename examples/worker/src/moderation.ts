import type { ImageUploadedEvent } from '@imagehooks/receiver'
import { signImageUrl } from '@imagehooks/receiver/signed-url'
import { moderate } from '@imagehooks/receiver/steps'

/** Who moderates, and by which account a rejected image is deleted. All of them, or none. */
export type ModerationEnv = {
  /** Gets `{ imageUrl, imageId }` and answers `{ "approved": true }` or `false`. */
  MODERATION_URL?: string
  /** Where variants are: `https://imagedelivery.net/<account hash>`, or your own server's. */
  IMAGES_VARIANTS_URL?: string
  IMAGES_ACCOUNT_ID?: string
  /** May delete images, and nothing else. */
  IMAGES_API_TOKEN?: string
  /** Default Cloudflare's. */
  IMAGES_API_URL?: string
  /** The value of a signing key: for images that require signed URLs. */
  IMAGES_SIGNING_KEY?: string
}

/** How long the moderator may look at a private image. */
const lookSeconds = 300

/**
 * Asks the moderator about each upload. Only an explicit `false` deletes the image; a moderator that is down is asked
 * again, with the webhook. The addresses are made of the settings, never of the webhook.
 */
export const moderateUpload = moderate<ImageUploadedEvent, ModerationEnv>({
  when: ({ env }) => env.MODERATION_URL !== undefined,
  url: ({ MODERATION_URL = '' }) => MODERATION_URL,
  variants: ({ IMAGES_VARIANTS_URL = '' }) => ({ base: IMAGES_VARIANTS_URL, variant: 'public' }),
  signedUrl: (url, { IMAGES_SIGNING_KEY = '' }) =>
    signImageUrl(url, IMAGES_SIGNING_KEY, { expiresAtSeconds: Math.floor(Date.now() / 1000) + lookSeconds }),
  images: ({ IMAGES_ACCOUNT_ID = '', IMAGES_API_TOKEN = '', IMAGES_API_URL }) => ({
    account: IMAGES_ACCOUNT_ID,
    apiToken: IMAGES_API_TOKEN,
    ...(IMAGES_API_URL === undefined ? {} : { baseUrl: IMAGES_API_URL }),
  }),
})
