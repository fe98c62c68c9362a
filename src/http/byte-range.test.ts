import { expect, test } from 'vitest'
import { wantedPart } from './byte-range.ts'

test.each<[string | undefined, string | undefined, unknown]>([
  [undefined, undefined, 'all'],
  ['bytes=0-0', undefined, { first: 0, last: 0 }],
  ['bytes=2-', undefined, { first: 2, last: 9 }],
  ['bytes=-3', undefined, { first: 7, last: 9 }],
  ['bytes=-30', undefined, { first: 0, last: 9 }],
  ['bytes=5-99', undefined, { first: 5, last: 9 }],
  ['bytes = 5 - 6', undefined, { first: 5, last: 6 }],
  ['bytes=10-', undefined, 'unsatisfiable'],
  ['bytes=-0', undefined, 'unsatisfiable'],
  ['bytes=6-5', undefined, 'all'],
  ['bytes=-', undefined, 'all'],
  ['bytes=0-1,3-4', undefined, 'all'],
  ['lines=0-1', undefined, 'all'],
  ['bytes=0-1', '"present"', { first: 0, last: 1 }],
  ['bytes=0-1', '"old"', 'all'],
  ['bytes=0-1', 'W/"present"', 'all'],
  ['bytes=0-1', 'Tue, 24 Nov 2026 00:00:00 GMT', 'all'],
])('of 10 bytes, %j with If-Range %j is %j', (range, ifRange, part) => {
  expect(wantedPart(10, '"present"', range, ifRange)).toEqual(part)
})
