import { afterAll } from 'vitest'

/** Handles that would keep a process alive: a port still open, a socket, a child process. */
const leakyKinds = new Set(['TCPServerWrap', 'TCPSocketWrap', 'ProcessWrap', 'PipeServerWrap'])

const leaky = (): string[] => process.getActiveResourcesInfo().filter((kind) => leakyKinds.has(kind))

/** The runner itself holds pipes to its parent; what was open before the file's tests is not theirs. */
const before = leaky().length

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

afterAll(async () => {
  // Sockets close over a few turns of the event loop after the test has ended them.
  for (let turns = 0; turns < 5000; turns++) {
    if (leaky().length <= before) return
    await turn()
  }
  throw new Error(`A test left a port, a socket or a process open: ${leaky().join(', ')} (${before} were open before)`)
})
