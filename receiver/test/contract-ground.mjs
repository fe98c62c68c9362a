// Runs with the packed package, in any runtime, so it is JavaScript and names the package as a user does.
import { createReceiver, memoryInbox } from '@imagehooks/receiver'
import { receiverContract } from '@imagehooks/receiver/testing'

const secret = 'your_webhook_secret_key'

/** A receiver, and the target that the suite wants. */
export const makeGround = (options = {}) => {
  const counts = new Map()
  const inbox = memoryInbox()
  const receiver = createReceiver({ secrets: secret, inbox, unknown: 'ignore', account: 'test', ...options }).on(
    'image.uploaded',
    ({ event }) => void counts.set(event.image.id, (counts.get(event.image.id) ?? 0) + 1),
  )
  return { receiver, target: { secret, handledCount: (id) => counts.get(id) ?? 0 } }
}

/** What became of each case: an empty text, or what was wrong. */
export const runContract = async (target) => {
  const results = {}
  for (const { name, run } of receiverContract) {
    try {
      await run(target)
      results[name] = ''
    } catch (error) {
      results[name] = String(error)
    }
  }
  return results
}
