import { newId } from '../src/domain/id.ts'
import type { Event } from '../src/domain/event.ts'
import { systemClock } from '../src/domain/clock.ts'
import { systemRandom } from '../src/domain/random.ts'

export const benchAccount = { accountId: '023e105f4ecef8ad9ca31a8372d0c353', apiToken: 'token-of-the-benchmark' }
export const benchSecret = 'your_webhook_secret_key'

/** Events as uploads make them, about 600 bytes each. */
export const makeEvents = (count: number): Event[] =>
  Array.from({ length: count }, (_, index) => {
    const now = systemClock.now()
    const imageId = `bench/${now}/${index}`
    const at = new Date(now).toISOString()
    const body = {
      event: 'image.uploaded',
      timestamp: at,
      accountId: benchAccount.accountId,
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
      accountId: benchAccount.accountId,
      type: 'image.uploaded',
      imageId,
      createdAt: now,
      test: false,
      body: Buffer.from(JSON.stringify(body)),
    }
  })
