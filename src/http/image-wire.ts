import type { ShownImage } from '../images/parts.ts'

/**
 * An image as Cloudflare's API shows it. `meta` is always there, as working clients expect; `draft` only while it is
 * one, and what is stored is none.
 */
export const imageOnWire = ({ image, variants, draft = false }: ShownImage) => ({
  id: image.id,
  filename: image.filename,
  uploaded: new Date(image.uploadedAt).toISOString(),
  requireSignedURLs: image.requireSignedURLs,
  variants,
  meta: image.meta ?? {},
  ...(image.creator !== null && { creator: image.creator }),
  ...(draft && { draft }),
})
