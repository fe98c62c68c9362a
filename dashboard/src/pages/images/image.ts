import { addressOf } from '../../../../src/client/address.ts'
import { apiPlaces } from '../../../../src/client/api-types.ts'
import type { CallResult } from '../../api/use-api.ts'

/** An image as the API shows it. */
export type Image = CallResult<'getImagesV1ImageId'>

/** The page of an image; its id may hold slashes and every script. */
export const pageOf = (id: string): string => `/images/${encodeURIComponent(id)}`

/** What to call an image that may have no file name. */
export const titleOf = ({ id, filename }: Pick<Image, 'id' | 'filename'>): string => filename || id

/** The variant that a variant URL ends with. */
export const variantOf = (url: string): string => decodeURIComponent(new URL(url).pathname.split('/').at(-1) ?? '')

/** Where the original bytes are, for who is signed in. */
export const originalOf = (accountPath: string, id: string): string =>
  accountPath + addressOf(apiPlaces.getImagesV1ImageIdBlob[1], { image_id: id })
