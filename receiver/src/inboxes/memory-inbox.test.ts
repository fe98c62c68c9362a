import { describe, expect, test } from 'vitest'
import { inboxConformance } from './conformance.ts'
import { memoryInbox } from './memory-inbox.ts'

const terms = { leaseMs: 60_000, keepMs: 3_600_000 }

describe('the memory inbox', () => {
  test.each(inboxConformance)('$name', async ({ run }) => {
    await expect(run((now) => memoryInbox({ now }))).resolves.toBeUndefined()
  })

  test('forgets the oldest event that nobody holds once it is full', async () => {
    const inbox = memoryInbox({ maxCount: 2 })
    await inbox.claim('held', terms)
    const claim = await inbox.claim('done', terms)
    if (claim.state === 'new') await inbox.complete('done', claim.token)
    expect((await inbox.claim('third', terms)).state).toBe('new')
    expect((await inbox.claim('held', terms)).state).toBe('busy')
    expect((await inbox.claim('done', terms)).state).toBe('new')
  })
})
