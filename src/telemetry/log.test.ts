import { describe, expect, test } from 'vitest'
import { fakeClock } from '../../test/ground/fake-clock.ts'
import { createLog, type Log, type LogLevel, recordingLog, silentLog } from './log.ts'

const listening = (isTTY: boolean, level?: LogLevel): { log: Log; lines: string[] } => {
  const lines: string[] = []
  const output = { isTTY, write: (line: string) => lines.push(line) }
  return { log: createLog({ clock: fakeClock(), output, ...(level && { level }) }), lines }
}

describe('a log that is not a terminal', () => {
  test('gets one JSON object a line, with level, time, fields and message', () => {
    const { log, lines } = listening(false)
    log.child({ accountId: 'abc' }).info({ status: 200 }, 'request')
    expect(lines).toEqual([
      '{"level":"info","time":"2026-01-15T10:30:45.123Z","accountId":"abc","status":200,"message":"request"}\n',
    ])
  })

  test('drops what is below its level', () => {
    const { log, lines } = listening(false, 'warn')
    log.debug({}, 'no')
    log.info({}, 'no')
    log.warn({}, 'yes')
    log.error({}, 'yes')
    expect(lines.map((line) => JSON.parse(line).level)).toEqual(['warn', 'error'])
  })

  test('tells an error with its cause, under any name', () => {
    const { log, lines } = listening(false)
    const error = new Error('outer', { cause: Object.assign(new TypeError('inner'), { code: 'EWHY' }) })
    log.error({ error, err: error }, 'It failed.')
    const told = { name: 'Error', message: 'outer', cause: { name: 'TypeError', message: 'inner', code: 'EWHY' } }
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ error: told, err: told })
  })
})

describe('a log that is a terminal', () => {
  test('gets readable lines with the fields behind the message and the stack below', () => {
    const { log, lines } = listening(true)
    log.warn({ url: 'http://127.0.0.1:4747', name: 'a b' }, 'Look.')
    log.error({ error: new Error('outer', { cause: new Error('inner') }) }, 'It failed.')
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d warn {2}Look\. url=http:\/\/127\.0\.0\.1:4747 name="a b"\n$/)
    expect(lines[1]).toMatch(
      / error It failed\. error="?outer"?\n {4}Error: outer\n {4}at [^]*\n {4}because of Error: inner\n {4}at /,
    )
  })

  test('gets no control characters from outside', () => {
    const { log, lines } = listening(true)
    log.info({ filename: '\u001b[2Ja\u202egpj.exe\nb' }, 'Hello\u001b[31m\n12:00:00 error forged')
    expect(lines.join('').slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  })
})

describe('secrets', () => {
  test.each([
    'authorization',
    'Authorization',
    'proxy-authorization',
    'secret',
    'inboxSecret',
    'token',
    'apiToken',
    'api_token',
    'x-auth-key',
    'masterKey',
    'cookie',
    'set-cookie',
    'cf-webhook-auth-key',
  ])('a field named %s is redacted, however deep it lies', (name) => {
    const log = recordingLog()
    log.info(
      { [name]: 'hush', list: [{ deep: { [name]: { more: 'hush' } } }], headers: new Headers({ [name]: 'hush' }) },
      'x',
    )
    const told = JSON.stringify(log.lines)
    expect(told).toContain('[redacted]')
    expect(told).not.toContain('hush')
  })

  test.each(['tokenId', 'secretCount', 'keyId', 'author', 'signature'])('a field named %s is told', (name) => {
    const log = recordingLog()
    log.info({ [name]: 'told' }, 'x')
    expect(log.lines[0]?.fields).toEqual({ [name]: 'told' })
  })
})

test('what a line shows of a value is bounded in length, number and depth, circles included', () => {
  const log = recordingLog()
  const circle: Record<string, unknown> = { text: 'x'.repeat(100_000), list: Array.from({ length: 10_000 }, () => 'y') }
  circle['self'] = circle
  log.info({ circle, body: new Uint8Array(9), big: 12n, at: new Date(0), none: null, not: undefined }, 'x')
  const fields = log.lines[0]?.fields
  expect(JSON.stringify(fields).length).toBeLessThan(50_000)
  expect(fields).toMatchObject({ body: '9 bytes', big: '12', at: '1970-01-01T00:00:00.000Z', none: null })
})

test('a recording log keeps the lines of its children', () => {
  const log = recordingLog()
  log.child({ lane: 'a' }).child({ attempt: 2 }).debug({ status: 500 }, 'failed')
  expect(log.lines).toEqual([{ level: 'debug', message: 'failed', fields: { lane: 'a', attempt: 2, status: 500 } }])
})

test('a silent log takes everything', () => {
  expect(() => silentLog.child({ a: 1 }).error({ error: new Error('x') }, 'y')).not.toThrow()
})
