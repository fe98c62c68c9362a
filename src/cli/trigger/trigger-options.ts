import { type EventType, eventTypes, isEventType } from '@imagehooks/receiver'
import { ConfigError } from '../../config/config-error.ts'
import { findKeptSecret, stateFolder } from '../listen/listen-file.ts'
import { readCount, readHeaders, readPostUrl } from '../read-flags.ts'
import { readSecretAt, readSecretPlace, type VarsFlags } from '../vars-file.ts'
import { readChanges } from './make-event.ts'
import { type Tampering, tamperings } from './sign-event.ts'

export type TriggerOptions = VarsFlags & {
  readonly to: string
  readonly secret?: string
  readonly set?: readonly string[]
  readonly header?: readonly string[]
  readonly count: string
  readonly concurrency: string
  readonly duplicate: string
  readonly outOfOrder?: boolean
  readonly tamper?: string
  readonly guideOnly?: boolean
  readonly printCurl?: boolean
  readonly json?: boolean
}

const isTampering = (text: string): text is Tampering => tamperings.some((name) => name === text)

const readTamperings = (text: string | undefined): readonly Tampering[] => {
  if (text === undefined) return []
  if (text === 'all') return tamperings
  const names = text.split(',').map((name) => name.trim())
  if (names.every(isTampering)) return names
  throw new ConfigError(`--tamper must be all, or some of ${tamperings.join(', ')}, separated by commas.`)
}

/** What the flags mean. */
export type TriggerWish = {
  readonly type: EventType
  readonly url: URL
  /** Empty where none is. */
  readonly forged: readonly Tampering[]
  readonly changes: ReturnType<typeof readChanges>
  readonly headers: Readonly<Record<string, string>>
  readonly count: number
  readonly concurrency: number
  /** How often each is sent. */
  readonly copies: number
}

/** Reads the flags; throws a ConfigError for the first that says nothing. */
export const readTriggerOptions = (type: string, options: TriggerOptions): TriggerWish => {
  if (!isEventType(type)) throw new ConfigError(`"${type}" is no event type; there are ${eventTypes.join(', ')}.`)
  return {
    type,
    url: readPostUrl('--to', options.to),
    forged: readTamperings(options.tamper),
    changes: readChanges(options.set),
    headers: readHeaders(options.header),
    count: readCount('--count', options.count, 1, 100_000),
    concurrency: readCount('--concurrency', options.concurrency, 1, 256),
    copies: 1 + readCount('--duplicate', options.duplicate, 0, 1000),
  }
}

/** The secret that the receiver knows: the first place that has one, the most explicit first. */
export const readSecret = async (options: TriggerOptions, url: URL): Promise<string> => {
  const place = readSecretPlace(options)
  const inFile = place && (await readSecretAt(place))
  if (place && inFile === undefined) throw new ConfigError(`There is no ${place.name} in ${place.path}.`)
  const secret =
    options.secret ??
    inFile ??
    (process.env['IMAGEHOOKS_WEBHOOK_SECRET'] || (await findKeptSecret(stateFolder(process.env), url)))
  if (secret && secret.trim() !== '' && secret.length <= 256) return secret
  throw new ConfigError(
    'Say which secret the receiver knows, 1 to 256 characters: IMAGEHOOKS_WEBHOOK_SECRET, --vars .dev.vars, or --secret.',
  )
}
