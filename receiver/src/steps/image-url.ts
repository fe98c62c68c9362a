import { Refusal } from '../pipeline/refusal.ts'

/** Where an image's variants are served. */
export type VariantPlace = {
  /** The host and the account hash: `https://imagedelivery.net/<account hash>`, or your own server's. */
  base: string
  /** The name of a variant, as `public`. */
  variant: string
}

/**
 * An image id as one segment of a path. Throws a `Refusal` for one that would climb out of it: a URL's parser removes dot
 * segments even where the dots are encoded.
 */
export const idSegment = (id: string): string => {
  if (id === '' || id === '.' || id === '..') throw new Refusal('The image id is no part of a path.')
  return encodeURIComponent(id)
}

/** The address of an image, made of configuration and its id alone: an event's own URLs are a stranger's to fetch. */
export const variantUrl = ({ base, variant }: VariantPlace, id: string): string =>
  `${base}/${id.split('/').map(idSegment).join('/')}/${encodeURIComponent(variant)}`
