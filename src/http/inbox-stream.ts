import type { InboxEntry } from './inbox-entry.ts'
import type { Ring } from './inbox-ring.ts'

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

/** JSON has no line breaks of its own, so one `data:` line holds it. */
const message = (entry: InboxEntry): Uint8Array => encode(`id: ${entry.id}\ndata: ${JSON.stringify(entry)}\n\n`)

/**
 * Server-sent events (WHATWG HTML, section 9.2): what is in the ring, then each entry as it arrives, until the reader
 * goes or `stopping` is aborted. Nothing is read from the ring before the reader wants it.
 */
export const inboxStream = (
  ring: Ring<InboxEntry>,
  cursor: number,
  stopping: AbortSignal,
): ReadableStream<Uint8Array> => {
  const gone = new AbortController()
  const ended = AbortSignal.any([gone.signal, stopping])
  let position = cursor
  return new ReadableStream({
    // The first bytes make the browser say that it is connected.
    start: (controller) => controller.enqueue(encode('retry: 1000\n\n')),
    async pull(controller) {
      const next = await ring.next(position, ended)
      if (gone.signal.aborted) return
      if (!next) {
        controller.close()
        return
      }
      position = next.cursor
      controller.enqueue(message(next.entry))
    },
    cancel: () => gone.abort(),
  })
}
