import type { ByteRange, StoredBlob, TemporaryBlob } from '../blobs/blob-store.ts'
import type { Account } from '../domain/account.ts'
import { type Image, imageLimits } from '../domain/image.ts'
import { countImages, findDraft, findImage } from '../store/images.ts'
import { adopt, type AdoptDetails, type Adopted } from './adopt.ts'
import type { ImageChange, UploadDetails } from './details.ts'
import {
  createDirectUpload,
  type DirectUploadDetails,
  fillDirectUpload,
  type MadeDirectUpload,
  openDirectUpload,
  type OpenDirectUpload,
  refuseDirectUpload,
} from './direct-upload.ts'
import { edit } from './edit.ts'
import { importFrom } from './import.ts'
import type { Answering } from './once.ts'
import type { Source } from './source.ts'
import { type ImagesPage, listByNumber, listByToken, type NumberedPageWish, type PageWish } from './list.ts'
import { type ImagesParts, type ShownImage, variantUrlsOf } from './parts.ts'
import { remove } from './remove.ts'
import { upload } from './upload.ts'

export type Images = {
  /**
   * Takes bytes as they arrive. The caller ends what it gets: by `upload`, or by `discard`.
   * @throws AppError `image_too_large` over 10 MiB, `unavailable` when there is no room.
   */
  receive(bytes: AsyncIterable<Uint8Array>): Promise<TemporaryBlob>
  /** Makes an image of received bytes, which are used up either way; see `upload.ts`. */
  upload(
    account: Account,
    received: TemporaryBlob,
    details: UploadDetails,
    answering: Answering<ShownImage>,
  ): Promise<string>
  /** Makes an image of what stands at an address; see `import.ts`. */
  importFrom(
    account: Account,
    source: Source,
    details: Omit<UploadDetails, 'filename'>,
    answering: Answering<ShownImage>,
  ): Promise<string>
  /** Takes over an image from another service; see `adopt.ts`. */
  adopt(account: Account, received: TemporaryBlob, details: AdoptDetails): Promise<Adopted>
  /** The leave to fill an image without a token; see `direct-upload.ts`. */
  readonly directUploads: DirectUploads
  /** An image, or a draft that may still be filled. */
  find(account: Account, imageId: string): Promise<ShownImage | undefined>
  /** A page by its number: it costs more the deeper it is. */
  listByNumber(account: Account, wish: NumberedPageWish): Promise<readonly ShownImage[]>
  /**
   * A page from where a token says. Walking so sees every image once that is there all the while.
   * @throws AppError `bad_request` for a token that was not given here.
   */
  listByToken(account: Account, wish: PageWish): Promise<ImagesPage>
  /** Changes what may change of an image, and announces it; see `edit.ts`. Undefined when there is none. */
  edit(account: Account, imageId: string, change: ImageChange): Promise<ShownImage | undefined>
  count(account: Account): Promise<number>
  /** Removes an image, announces it, and removes its bytes and renditions; false when there is none. */
  remove(account: Account, imageId: string): Promise<boolean>
  /** The original bytes; undefined when there is no such image. */
  openBlob(
    account: Account,
    imageId: string,
    /** Which part to read, once the image is known. Default: all of it. */
    partOf?: (image: Image) => ByteRange | undefined,
  ): Promise<{ image: Image; blob: StoredBlob } | undefined>
}

/** The parts of a direct upload, in their order. */
export type DirectUploads = {
  create(
    account: Account,
    details: DirectUploadDetails,
    expiresAt: number,
    answering: Answering<MadeDirectUpload>,
  ): Promise<string>
  open(accountHash: string, imageId: string, secret: string): Promise<OpenDirectUpload>
  fill(
    open: OpenDirectUpload,
    received: TemporaryBlob,
    filename: string,
    toText: (shown: ShownImage) => string,
  ): Promise<string>
  refuse(open: OpenDirectUpload, error: unknown): Promise<void>
}

/** The accounts' images: their rows, their bytes, and the events that tell of them. */
export const createImages = (parts: ImagesParts): Images => {
  const { database, blobs } = parts
  return {
    receive: (bytes) => blobs.createTemporary(bytes, { maxBytes: imageLimits.fileBytes }),
    upload: (...given) => upload(parts, ...given),
    importFrom: (...given) => importFrom(parts, ...given),
    adopt: (...given) => adopt(parts, ...given),
    directUploads: {
      create: (...given) => createDirectUpload(parts, ...given),
      open: (...given) => openDirectUpload(parts, ...given),
      fill: (...given) => fillDirectUpload(parts, ...given),
      refuse: (...given) => refuseDirectUpload(parts, ...given),
    },
    async find(account, imageId) {
      const image = await findImage(database, account.id, imageId)
      const draft = image ? undefined : await findDraft(database, account.id, imageId, parts.clock.now())
      const shown = image ?? draft
      const variants = shown && (await variantUrlsOf(parts, account))(imageId)
      return shown && variants && { image: shown, variants, draft: draft !== undefined }
    },
    listByNumber: (account, wish) => listByNumber(parts, account, wish),
    listByToken: (account, wish) => listByToken(parts, account, wish),
    edit: (account, imageId, change) => edit(parts, account, imageId, change),
    count: (account) => countImages(database, account.id),
    remove: (account, imageId) => remove(parts, account, imageId),
    async openBlob(account, imageId, partOf) {
      const image = await findImage(database, account.id, imageId)
      if (!image) return undefined
      const blob = await blobs.read(image.blobKey, partOf?.(image))
      if (blob) return { image, blob }
      // Removed between the two looks, or lost.
      if (await findImage(database, account.id, imageId)) throw new Error(`The blob ${image.blobKey} is missing.`)
      return undefined
    },
  }
}
