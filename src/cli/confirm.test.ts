import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { confirm } from './confirm.ts'

/** A terminal at which somebody types this, and then nothing more. */
const terminalOf = (typed: string, { isTTY = true } = {}) => {
  const stdin = Object.assign(new PassThrough(), { isTTY })
  const stderr = new PassThrough()
  stdin.end(typed)
  return { stdin, stdout: { isTTY }, stderr, asked: () => String(stderr.read() ?? '') }
}

test.each(['y\n', 'Y\n', 'yes\n', ' yes \n'])('%j is a yes', async (typed) => {
  const terminal = terminalOf(typed)
  await confirm('Remove it for good?', {}, terminal)
  expect(terminal.asked()).toBe('Remove it for good? [y/N] ')
})

test.each(['\n', 'n\n', 'yesterday\n', ''])('%j is a no', async (typed) => {
  await expect(confirm('Remove it?', {}, terminalOf(typed))).rejects.toThrow('Nothing was done.')
})

test('nobody is asked who has said --yes, and no program is', async () => {
  for (const terminal of [terminalOf('n\n'), terminalOf('n\n', { isTTY: false })]) {
    await confirm('Remove it?', { yes: terminal.stdin.isTTY }, terminal)
    expect(terminal.asked()).toBe('')
  }
})
