import { expect, test } from 'vitest'
import { createRing } from './inbox-ring.ts'

const never = new AbortController().signal

test('a ring keeps the last entries, oldest first', () => {
  const ring = createRing<string>(3)
  for (const letter of 'abcde') ring.add(letter)
  expect(ring.entries()).toEqual(['c', 'd', 'e'])
})

test('a reader gets each entry once, in order, and passes over what has gone', async () => {
  const ring = createRing<string>(3)
  ring.add('a')
  expect(await ring.next(0, never)).toEqual({ cursor: 1, entry: 'a' })
  for (const letter of 'bcdef') ring.add(letter)
  expect(await ring.next(1, never)).toEqual({ cursor: 4, entry: 'd' })
  expect(await ring.next(4, never)).toEqual({ cursor: 5, entry: 'e' })
  expect(await ring.next(5, never)).toEqual({ cursor: 6, entry: 'f' })
})

test('all readers that wait get the next entry', async () => {
  const ring = createRing<string>(3)
  const readers = [ring.next(0, never), ring.next(0, never)]
  ring.add('a')
  expect(await Promise.all(readers)).toEqual([
    { cursor: 1, entry: 'a' },
    { cursor: 1, entry: 'a' },
  ])
})

test('a reader stops waiting when it goes', async () => {
  const gone = new AbortController()
  const waiting = createRing<string>(3).next(0, gone.signal)
  gone.abort()
  expect(await waiting).toBeUndefined()
  expect(await createRing<string>(3).next(0, gone.signal)).toBeUndefined()
})
