import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { descendantsOf, runs } from './descendants.ts'

const keeper = fileURLToPath(new URL('postgres-keeper.ts', import.meta.url))

test('a keeper whose parent went while the server was starting ends in order, and the server with it', async () => {
  const child = spawn(process.execPath, [keeper, 'fast'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'close')
  await expect.poll(() => descendantsOf(child.pid ?? 0).length, { timeout: 30_000 }).toBeGreaterThan(0)
  const started = descendantsOf(child.pid ?? 0)
  child.stdout.destroy()
  child.stdin.end()
  expect(await ended).toEqual([0, null])
  expect(started.filter(runs)).toEqual([])
})
