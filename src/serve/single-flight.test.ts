import { expect, test } from 'vitest'
import { createSingleFlight } from './single-flight.ts'

test('work of one name runs once for all who ask meanwhile, and anew after that', async () => {
  const run = createSingleFlight<number>()
  let count = 0
  const work = async (): Promise<number> => (count += 1)
  expect(await Promise.all([run('a', work), run('a', work), run('b', work)])).toEqual([1, 1, 2])
  expect(await run('a', work)).toBe(3)
})

test('a failure reaches all who wait, and is not remembered', async () => {
  const run = createSingleFlight<string>()
  const outcomes = await Promise.allSettled([
    run('a', () => Promise.reject(new Error('broken'))),
    run('a', async () => 'unused'),
  ])
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await run('a', async () => 'well')).toBe('well')
})
