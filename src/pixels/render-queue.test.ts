import { describe, expect, it } from 'vitest'
import { createRenderQueue } from './render-queue.ts'

/** A piece of work that ends when the test says so. */
const heldWork = () => {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let started = false
  const work = (): Promise<string> => {
    started = true
    return promise
  }
  return { work, finish: resolve, fail: reject, started: () => started }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('createRenderQueue', () => {
  it('runs as many pieces at once as it has workers, and the rest in the order of arrival', async () => {
    const queue = createRenderQueue({ workers: 2, maxWaiting: 2 })
    const pieces = [heldWork(), heldWork(), heldWork(), heldWork()]
    const outcomes = pieces.map(({ work }) => queue.run(work))
    await turn()
    expect(pieces.map((piece) => piece.started())).toEqual([true, true, false, false])
    expect([queue.runningCount(), queue.waitingCount()]).toEqual([2, 2])
    pieces[1]?.finish('second')
    await turn()
    expect(pieces.map((piece) => piece.started())).toEqual([true, true, true, false])
    for (const piece of pieces) piece.finish('done')
    expect(await Promise.all(outcomes)).toEqual(['done', 'second', 'done', 'done'])
    expect([queue.runningCount(), queue.waitingCount()]).toEqual([0, 0])
  })

  it('says unavailable at once when the waiting room is full, and works on', async () => {
    const queue = createRenderQueue({ workers: 1, maxWaiting: 1 })
    const [running, waiting] = [heldWork(), heldWork()]
    const outcomes = [queue.run(running.work), queue.run(waiting.work)]
    await expect(queue.run(() => Promise.resolve('late'))).rejects.toMatchObject({ code: 'unavailable' })
    running.finish('a')
    waiting.finish('b')
    expect(await Promise.all(outcomes)).toEqual(['a', 'b'])
    expect(await queue.run(() => Promise.resolve('later'))).toBe('later')
  })

  it('frees its worker when a piece of work fails', async () => {
    const queue = createRenderQueue({ workers: 1, maxWaiting: 0 })
    await expect(queue.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    expect(await queue.run(() => Promise.resolve('next'))).toBe('next')
  })

  it('lets a caller leave the waiting room, and never runs the work', async () => {
    const queue = createRenderQueue({ workers: 1, maxWaiting: 1 })
    const [running, waiting] = [heldWork(), heldWork()]
    const first = queue.run(running.work)
    const controller = new AbortController()
    const second = queue.run(waiting.work, controller.signal)
    controller.abort(new Error('gone'))
    await expect(second).rejects.toThrow('gone')
    running.finish('a')
    await first
    expect(waiting.started()).toBe(false)
    await expect(queue.run(waiting.work, controller.signal)).rejects.toThrow('gone')
    expect(queue.runningCount()).toBe(0)
  })
})
