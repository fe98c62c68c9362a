import { afterAll, expect } from 'vitest'

/** Handles that would keep a process alive: a port still open, a socket, a child process. */
const leakyKinds = new Set(['TCPServerWrap', 'TCPSocketWrap', 'ProcessWrap', 'PipeServerWrap', 'FSReqCallback'])

/** The runner itself holds pipes to its parent; what was open before the file's tests is not theirs. */
const before = process.getActiveResourcesInfo().filter((kind) => leakyKinds.has(kind)).length

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

afterAll(async () => {
  let open: string[] = []
  // Sockets close over a few turns of the event loop after the test has ended them.
  for (let turns = 0; turns < 2000; turns++) {
    open = process.getActiveResourcesInfo().filter((kind) => leakyKinds.has(kind))
    if (open.length <= before) return
    await turn()
  }
  expect(open, 'a test left a port, a socket or a process open').toHaveLength(before)
})
