import { useS3 } from '../../test/ground/s3.ts'
import { movableS3 } from '../../test/ground/s3-clock.ts'
import { fakeClock } from '../../test/ground/fake-clock.ts'
import { temporaryFolder } from '../../test/ground/temporary.ts'
import { systemRandom } from '../domain/random.ts'
import { recordingLog } from '../telemetry/log.ts'
import { describeBlobStore } from './conformance.ts'
import { openS3BlobStore } from './s3.ts'

const s3 = useS3()

describeBlobStore('S3', async () => {
  const clock = fakeClock(Date.now())
  const { credentials, newPlace } = s3()
  const movable = movableS3(credentials)
  const store = await openS3BlobStore({
    place: newPlace(),
    credentials,
    folder: temporaryFolder(),
    clock,
    random: systemRandom,
    log: recordingLog(),
    fetch: movable.fetch,
  })
  return {
    store,
    advance(ms) {
      clock.advance(ms)
      movable.advance(ms)
    },
  }
})
