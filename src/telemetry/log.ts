import { pino } from 'pino'
import type { Clock } from '../domain/clock.ts'
import { readableLine } from './readable-line.ts'
import { type LogFields, redact } from './redact.ts'

export type { LogFields } from './redact.ts'

export const logLevels = ['debug', 'info', 'warn', 'error'] as const

export type LogLevel = (typeof logLevels)[number]

/**
 * Where the server tells what it does. The message is a fixed sentence, what varies is in the fields; fields whose names
 * speak of secrets are redacted at any depth.
 */
export type Log = Readonly<Record<LogLevel, (fields: LogFields, message: string) => void>> & {
  /** A log whose every line has these fields too. */
  child(fields: LogFields): Log
}

/** Takes whole lines, such as `process.stderr`. */
export type LogOutput = { write(line: string): unknown; readonly isTTY?: boolean }

export type LogOptions = {
  readonly clock: Clock
  /** Lines below it are dropped. Default `info`. */
  readonly level?: LogLevel
  /** A terminal gets readable lines, everything else JSON. Default the standard error, written synchronously. */
  readonly output?: LogOutput
}

const eachLevel = (write: (level: LogLevel) => Log[LogLevel]): Pick<Log, LogLevel> => ({
  debug: write('debug'),
  info: write('info'),
  warn: write('warn'),
  error: write('error'),
})

const overPino = (logger: pino.Logger): Log => ({
  ...eachLevel((level) => (fields, message) => {
    if (logger.isLevelEnabled(level)) logger[level](redact(fields), message)
  }),
  child: (fields) => overPino(logger.child(redact(fields))),
})

/** The server's log: one JSON object a line (`level`, `time` in ISO 8601, fields, `message`), or lines for people. */
export const createLog = ({ clock, level = 'info', output }: LogOptions): Log => {
  const options: pino.LoggerOptions = {
    level,
    base: null,
    messageKey: 'message',
    // `redact` has made errors plain; pino's own form would drop their causes.
    serializers: { err: (value: unknown) => value },
    formatters: { level: (label) => ({ level: label }) },
    timestamp: () => `,"time":"${new Date(clock.now()).toISOString()}"`,
  }
  const target = output ?? process.stderr
  if (target.isTTY) return overPino(pino(options, { write: (line) => void target.write(readableLine(line)) }))
  // A line that is still in a buffer when the process ends is the one that would have said why.
  return overPino(
    pino(options, output ? { write: (line) => void output.write(line) } : pino.destination({ fd: 2, sync: true })),
  )
}

/** Says nothing. */
export const silentLog: Log = { ...eachLevel(() => () => {}), child: () => silentLog }

/** One line of a recording log, fields redacted as everywhere. */
export type RecordedLine = { readonly level: LogLevel; readonly message: string; readonly fields: LogFields }

/** A log for tests: keeps every line, its children's too, oldest first. */
export const recordingLog = (): Log & { readonly lines: readonly RecordedLine[] } => {
  const lines: RecordedLine[] = []
  const recorder = (inherited: LogFields): Log => ({
    ...eachLevel((level) => (fields, message) => {
      lines.push({ level, message, fields: redact({ ...inherited, ...fields }) })
    }),
    child: (fields) => recorder({ ...inherited, ...fields }),
  })
  return { ...recorder({}), lines }
}
