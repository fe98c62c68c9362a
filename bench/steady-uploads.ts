import { benchAccount } from './backlog.ts'

/** Uploads of one kind of image at a steady pace. */
export type SteadyUploads = {
  /** Upload after upload, `perSecond` of them, until `more` says no; resolves when each has its answer. */
  run(perSecond: number, more: (begun: number) => boolean): Promise<void>
  /** How many were not taken: refused, or not begun because too many waited for their answer. */
  refusedCount(): number
}

/** Waiting for their answer at once; the pace is no faster than the server, which may refuse more than it can hold. */
const underWay = 12

/** `answered` is told of each upload that was taken: its image, and the milliseconds that it took. */
export const steadyUploads = (
  serverUrl: string,
  bytes: Uint8Array,
  answered: (imageId: string, tookMs: number) => void,
): SteadyUploads => {
  const api = `${serverUrl}/client/v4/accounts/${benchAccount.accountId}/images/v1`
  const headers = { authorization: `Bearer ${benchAccount.apiToken}` }
  const file = new File([new Uint8Array(bytes)], 'photo.webp')
  const running = new Set<Promise<void>>()
  let refused = 0
  const upload = async (): Promise<void> => {
    const form = new FormData()
    form.append('file', file)
    const start = performance.now()
    const response = await fetch(api, { method: 'POST', headers, body: form })
    const { result, errors } = await response.json()
    if (response.ok) return answered(String(result.id), performance.now() - start)
    if (response.status !== 503 && response.status !== 429)
      throw new Error(`An upload was answered ${response.status}: ${JSON.stringify(errors)}`)
    refused += 1
  }
  return {
    refusedCount: () => refused,
    async run(perSecond, more) {
      const start = performance.now()
      for (let begun = 0; more(begun); begun++) {
        const waitMs = start + (begun * 1000) / perSecond - performance.now()
        if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
        if (running.size >= underWay) {
          refused += 1
          continue
        }
        const uploading = upload().finally(() => running.delete(uploading))
        running.add(uploading)
        // The failure is thrown where all are waited for.
        uploading.catch(() => {})
      }
      await Promise.all(running)
    },
  }
}
