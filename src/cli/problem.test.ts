import { expect, test } from 'vitest'
import { AnswerError } from '../client/read.ts'
import { problemSentence } from './problem.ts'

const withCode = (message: string, fields: object): Error => Object.assign(new Error(message), fields)

test.each([
  [13, 'database or disk is full', /^The database says "database or disk is full": make room on the disk, or .*\.$/],
  [8, 'attempt to write a readonly database', /read-only; give this user the right/],
  [8 | (5 << 8), 'attempt to write a readonly database', /read-only; give this user the right/],
  [26, 'file is not a database', /imagehooks\.db in the data folder is no database/],
  [11, 'database disk image is malformed', /it is damaged; put back a copy/],
])('the database’s error %i is told with what to do', (errcode, message, sentence) =>
  expect(problemSentence(withCode(message, { code: 'ERR_SQLITE_ERROR', errcode }))).toMatch(sentence),
)

test('a full disk is told with what to do, and what nobody foresaw with its stack', () => {
  expect(problemSentence(withCode('', { code: 'ENOSPC', path: '/data/x' }))).toMatch(
    /^\/data\/x: the disk is full; .*\.$/,
  )
  expect(problemSentence(new Error('boom'))).toMatch(/^This is a fault of Imagehooks.*\nError: boom\n +at /)
})

test('what a server sends cannot steer the terminal by an error', () =>
  expect(problemSentence(new AnswerError('a\u001b[2J\u202eb'))).toBe('a [2J b'))
