import { ConfigError } from '../../config/config-error.ts'
import { systemClock } from '../../domain/clock.ts'
import { readInputFile, readStandardInput } from '../read-input.ts'
import { readSecrets, type SecretFlags } from '../secret-sources.ts'
import { printJson } from '../table.ts'
import { diagnose } from './diagnose.ts'
import { headerSource, joined, readHeaderLine, readRecording, type Recording } from './recorded-headers.ts'
import { diagnosisLines, diagnosisView } from './verify-lines.ts'

export type VerifyOptions = SecretFlags & {
  readonly headers?: string
  readonly header?: readonly string[]
  readonly signature?: string
  readonly otherBody?: readonly string[]
  readonly anyTime?: boolean
  readonly json?: boolean
}

const longestBodyBytes = 1_048_576
/** Of headers, and of a body that follows them. */
const longestRecordingBytes = 65_536 + longestBodyBytes
const mostOtherBodies = 16
/** As of the receiver. */
const toleranceMs = 300_000

const readFlagHeaders = ({ header = [], signature }: VerifyOptions): Recording['headers'] => [
  ...header.map((text) => {
    const line = readHeaderLine(text)
    if (!line) throw new ConfigError('--header must be written as "Name: value".')
    return line
  }),
  ...(signature === undefined ? [] : [['x-cloudflare-signature', signature.trim()] as const]),
]

const readBody = async (
  path: string | undefined,
  recording: Recording | undefined,
): Promise<Uint8Array<ArrayBuffer>> => {
  if (path !== undefined && path !== '-') return readInputFile(path, longestBodyBytes)
  if (path === undefined && recording?.body) return recording.body
  if (process.stdin.isTTY)
    throw new ConfigError('Say which file holds the body, or pass the body to the standard input.')
  return readStandardInput(longestBodyBytes)
}

/** `imagehooks verify`: exit code 0 when it verifies, else 1. */
export const verify = async (path: string | undefined, options: VerifyOptions): Promise<void> => {
  const secrets = await readSecrets(options)
  if (secrets.length === 0)
    throw new ConfigError('Say which secret the receiver knows: IMAGEHOOKS_WEBHOOK_SECRET, --secret-file or --vars.')
  const recording =
    options.headers === undefined
      ? undefined
      : readRecording(await readInputFile(options.headers, longestRecordingBytes))
  const headers = joined([...(recording?.headers ?? []), ...readFlagHeaders(options)])
  if (headers.size === 0) throw new ConfigError('Say which headers came with it: --headers, --header or --signature.')
  const paths = options.otherBody ?? []
  if (paths.length > mostOtherBodies)
    throw new ConfigError(`--other-body may be given ${mostOtherBodies} times at most.`)
  const now = systemClock.now()
  const diagnosis = await diagnose({
    headers: headerSource(headers),
    headerNames: [...headers.keys()],
    body: await readBody(path, recording),
    otherBodies: await Promise.all(
      paths.map(async (name) => ({ name, bytes: await readInputFile(name, longestBodyBytes) })),
    ),
    secrets,
    now,
    toleranceMs: options.anyTime ? Infinity : toleranceMs,
  })
  if (!diagnosis.verified) process.exitCode = 1
  if (options.json) return printJson(diagnosisView(diagnosis))
  for (const line of diagnosisLines(diagnosis, now, process.stdout)) console.log(line)
}
