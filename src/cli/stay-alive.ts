/** Longer than any turn of the event loop and shorter than what Node can count. */
const hourMs = 3_600_000

/**
 * Keeps the process alive until the function it answers is called. The server's timers keep nobody alive, and a worker
 * listens nowhere: without this it would end, and with success, while it waits for its database.
 */
export const stayAlive = (): (() => void) => {
  const hold = setInterval(() => {}, hourMs)
  return () => clearInterval(hold)
}
