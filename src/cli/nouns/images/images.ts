import type { Command } from 'commander'
import { uploadVerb } from '../upload/upload-command.ts'
import { addVerb } from '../verb.ts'
import { configVerb, statsVerb } from './account.ts'
import { deleteVerb } from './delete.ts'
import { directUploadVerb } from './direct-upload.ts'
import { downloadVerb } from './download.ts'
import { listVerb } from './list.ts'
import { getVerb } from './show.ts'
import { signVerb } from './sign.ts'
import { updateVerb } from './update.ts'

export const declareImages = (images: Command): void => {
  addVerb(images, uploadVerb)
  addVerb(images, listVerb)
  addVerb(images, getVerb)
  addVerb(images, updateVerb)
  addVerb(images, deleteVerb)
  addVerb(images, downloadVerb)
  addVerb(images, signVerb)
  addVerb(images, directUploadVerb)
  addVerb(images, statsVerb)
  addVerb(images, configVerb)
}
