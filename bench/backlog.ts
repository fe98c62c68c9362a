import { newId } from '../src/domain/id.ts'
import type { Event } from '../src/domain/event.ts'
import { systemClock, type Clock } from '../src/domain/clock.ts'
import { systemRandom } from '../src/domain/random.ts'

export const benchAccount = { accountId: '023e105f4ecef8ad9ca31a8372d0c353', apiToken: 'token-of-the-benchmark' }
export const benchSecret = 'your_webhook_secret_key'

/** Accounts of their own, for endpoints that share no events. */
export const benchAccounts = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, index) => (from + index).toString(16).padStart(32, 'b'))

/** An event as an upload makes it, about 600 bytes. Its image's id says when it was made, to the microsecond. */
export const makeEvent = (accountId: string, index: number, clock: Pick<Clock, 'now'> = systemClock): Event => {
  const now = clock.now()
  const imageId = `bench/${(performance.timeOrigin + performance.now()).toFixed(3)}/${index}`
  const at = new Date(now).toISOString()
  const body = {
    event: 'image.uploaded',
    timestamp: at,
    accountId,
    image: {
      id: imageId,
      filename: 'photo-of-something-nice.jpg',
      uploaded: at,
      requireSignedURLs: false,
      variants: ['public', 'hero', 'thumbnail'].map(
        (variant) => `https://images.example.com/Vi7wi5KSItxGFsWRG2Us6Q/${imageId}/${variant}`,
      ),
      metadata: { userId: 'user_12345', source: 'profile_upload' },
    },
  }
  return {
    id: newId('evt', now, systemRandom),
    accountId,
    type: 'image.uploaded',
    imageId,
    createdAt: now,
    test: false,
    body: Buffer.from(JSON.stringify(body)),
  }
}

/** Many of them. */
export const makeEvents = (count: number): Event[] =>
  Array.from({ length: count }, (_, index) => makeEvent(benchAccount.accountId, index))
