import { ApiError, takeResult } from '../../api/ask.ts'
import type { Image } from './image.ts'

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    // A proxy between may answer with a page of its own; `takeResult` says so.
    return undefined
  }
}

/**
 * Uploads one file and tells how far it is, as a share from 0 to 1; `fetch` tells nothing of what was sent.
 * @throws ApiError with the server's own sentence; status 0 when the connection ended before it answered.
 */
export const sendFile = (address: string, file: File, onProgress: (share: number) => void): Promise<Image> =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', address)
    request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total))
    request.addEventListener('load', () => {
      try {
        resolve(takeResult<Image>(request.status, parse(request.responseText)))
      } catch (error) {
        reject(error)
      }
    })
    request.addEventListener('error', () =>
      reject(new ApiError('The connection ended before the server answered. Is it running, and is this a file?', 0)),
    )
    const form = new FormData()
    form.append('file', file)
    request.send(form)
  })
