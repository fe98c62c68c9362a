import { afterAll, beforeAll } from 'vitest'
import { startS3, type TestS3 } from './s3-endpoint.ts'

/** One endpoint for all tests of a file; call it at the top of the file, and what it answers in a test. */
export const useS3 = (): (() => TestS3) => {
  let s3: TestS3 | undefined
  beforeAll(async () => {
    s3 = await startS3()
  })
  afterAll(() => s3?.stop())
  return () => {
    if (!s3) throw new Error('The endpoint is there while tests run.')
    return s3
  }
}
