import { isIP } from 'node:net'
import { defaultRetryPolicy } from '../domain/retry-policy.ts'
import { defaultSuspensionPolicy, type SuspensionPolicy } from '../domain/suspension-policy.ts'
import { type AlertSettings, readAlerts } from './alert-settings.ts'
import { ConfigError } from './config-error.ts'
import { formatDuration } from './duration.ts'
import type { Settings } from './env.ts'
import { readProxy, type ProxyChoice } from './proxy-choice.ts'
import {
  type Bootstrap,
  readBootstrap,
  readDuration,
  readDurationOrNever,
  readFolder,
  readHosts,
  readHost,
  readList,
  readMetricsToken,
  readPort,
  readPublicUrl,
  readRateLimit,
  readRoles,
  readSchedule,
  readYesNo,
  type RateLimit,
  type Role,
  roles,
} from './readers.ts'
import { type MasterKey, parseMasterKeys } from './secrets.ts'
import { readTracing, type TraceSettings } from './trace-settings.ts'
import { type BlobChoice, type DatabaseChoice, readBlobs, readDatabase } from './storage-choice.ts'

/** `dev` serves this machine alone and is lenient with it; `serve` is for production. */
export type Mode = 'dev' | 'serve'

/** Everything that is settled before the start. Frozen; whoever needs another one makes another one. */
export type Config = {
  readonly mode: Mode
  /** A name or an address, IPv6 without brackets. */
  readonly host: string
  /** 0 = any free one. */
  readonly port: number
  /** False for a worker alone that was not asked to: on its port only health and metrics would answer. */
  readonly opensPort: boolean
  /** An absolute path. */
  readonly dataFolder: string
  /** How others reach this server, without a slash at the end. Default: the address it listens on. */
  readonly publicUrl?: string
  readonly database: DatabaseChoice
  readonly blobs: BlobChoice
  readonly roles: ReadonlySet<Role>
  /** Ranges in CIDR notation that webhooks may be sent to although they are not public. */
  readonly allowTargets: readonly string[]
  /** Whether endpoints on this machine may be plain `http:`. */
  readonly allowLoopbackHttp: boolean
  /** Delays between attempts. */
  readonly retryScheduleMs: readonly number[]
  readonly giveUpAfterMs: number
  readonly attemptTimeoutMs: number
  readonly suspension: SuspensionPolicy
  /** Through which all deliveries go. */
  readonly proxy?: ProxyChoice
  /** Hosts, as `parseHostPattern` reads them, whose images are transformed; none: that is off. */
  readonly imageSources: readonly string[]
  readonly alerts: AlertSettings
  /** How long events with their deliveries and attempts are kept; null = they are not removed. */
  readonly retentionMs: number | null
  /** How long a worker owns its lanes without renewing; only where workers share a database. */
  readonly leaseMs: number
  /** Requests of one API token at one process; null = no limit. */
  readonly rateLimit: RateLimit | null
  /** Where spans are sent; absent: nothing is traced. */
  readonly tracing?: TraceSettings
  /** Lets callers from elsewhere read the metrics. */
  readonly metricsToken?: string
  /** Newest first. Absent: one is kept in the data folder. */
  readonly masterKeys?: readonly MasterKey[]
  readonly bootstrap?: Bootstrap
  /** Mounts the built-in receiver with its page, for an endpoint that signs with this secret. `dev` only. */
  readonly inbox?: { readonly secret: string }
}

const secondMs = 1000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

const defaults = {
  host: '127.0.0.1',
  port: 4747,
  dataFolder: { text: 'imagehooks-data', source: 'the default' },
  retryScheduleMs: defaultRetryPolicy.scheduleMs,
  giveUpAfterMs: defaultRetryPolicy.giveUpAfterMs,
  attemptTimeoutMs: 30 * secondMs,
  leaseMs: 30 * secondMs,
  retentionMs: 30 * dayMs,
  // Cloudflare's.
  rateLimit: { count: 1200, perMs: 5 * minuteMs },
  devTargets: ['127.0.0.0/8', '::1/128'],
} as const

/** Whether a host is this machine's alone. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))

/** Throws a ConfigError for settings that are fine alone and cannot stand together. */
const checkAgreement = (config: Config, settings: Settings): void => {
  const { mode, database, host, roles: chosen, retryScheduleMs, giveUpAfterMs, attemptTimeoutMs } = config
  const scheduleMs = retryScheduleMs.reduce((sum, delayMs) => sum + delayMs, 0)
  const contradictions: readonly (readonly [boolean, string])[] = [
    [
      mode === 'dev' && !isLoopback(host),
      `imagehooks dev serves this machine alone, so --host cannot be ${host}: leave it out, or use imagehooks serve.`,
    ],
    [
      mode === 'dev' && database.kind === 'postgres',
      'imagehooks dev keeps everything in its data folder: leave --database-url out, or use imagehooks serve.',
    ],
    [
      database.kind === 'sqlite' && chosen.size < roles.length,
      'One process owns the embedded database and has to take both roles: leave --roles out, or set --database-url.',
    ],
    [
      database.kind === 'postgres' && !config.masterKeys,
      'IMAGEHOOKS_MASTER_KEY must be set with --database-url, since all machines need the same key.',
    ],
    [
      settings.retrySchedule !== undefined && scheduleMs > giveUpAfterMs,
      `The retry schedule takes ${formatDuration(scheduleMs)}, but deliveries are given up after ${formatDuration(giveUpAfterMs)}: shorten --retry-schedule or lengthen --give-up-after.`,
    ],
    [
      attemptTimeoutMs > giveUpAfterMs,
      `One attempt may take ${formatDuration(attemptTimeoutMs)}, but deliveries are given up after ${formatDuration(giveUpAfterMs)}: shorten --attempt-timeout or lengthen --give-up-after.`,
    ],
  ]
  for (const [contradicts, sentence] of contradictions) if (contradicts) throw new ConfigError(sentence)
}

/** Where the rows are: all that migrating needs to know, so that it asks for no other setting. */
export type Storage = Pick<Config, 'database' | 'dataFolder'>

/** Settles where the rows are. Paths are relative to `workingFolder`. */
export const readStorage = (settings: Settings, workingFolder: string): Storage => ({
  dataFolder: readFolder(settings.dataFolder ?? defaults.dataFolder, workingFolder),
  database: readDatabase(settings.databaseUrl),
})

/**
 * Settles what the settings leave open and checks that they agree. Paths are relative to `workingFolder`. Throws a
 * ConfigError whose one sentence says what to change.
 */
export const buildConfig = (mode: Mode, settings: Settings, workingFolder: string): Config => {
  const {
    publicUrl,
    masterKey,
    giveUpAfter,
    attemptTimeout,
    suspendAfter,
    suspendOnGone,
    retention,
    lease,
    rateLimit,
    metricsToken,
  } = settings
  const chosenRoles = settings.roles ? readRoles(settings.roles) : new Set(roles)
  const tracing = readTracing(settings)
  const bootstrap = readBootstrap(settings.bootstrapAccountId, settings.bootstrapApiToken)
  const config: Config = {
    mode,
    host: settings.host ? readHost(settings.host) : defaults.host,
    port: settings.port ? readPort(settings.port) : defaults.port,
    opensPort: chosenRoles.has('api') || settings.port !== undefined,
    ...readStorage(settings, workingFolder),
    ...(publicUrl && { publicUrl: readPublicUrl(publicUrl) }),
    blobs: readBlobs(settings.blobUrl, settings),
    roles: chosenRoles,
    allowTargets: settings.allowTargets ? readList(settings.allowTargets) : mode === 'dev' ? defaults.devTargets : [],
    allowLoopbackHttp: mode === 'dev',
    retryScheduleMs: settings.retrySchedule ? readSchedule(settings.retrySchedule) : defaults.retryScheduleMs,
    giveUpAfterMs: giveUpAfter
      ? readDuration(giveUpAfter, secondMs, 365 * dayMs, 'from 1s to 8760h')
      : defaults.giveUpAfterMs,
    attemptTimeoutMs: attemptTimeout
      ? readDuration(attemptTimeout, 1, 10 * minuteMs, 'from 1ms to 10m')
      : defaults.attemptTimeoutMs,
    suspension: {
      afterMs: suspendAfter
        ? readDurationOrNever(suspendAfter, minuteMs, 365 * dayMs, 'from 1m to 365d')
        : defaultSuspensionPolicy.afterMs,
      onGone: suspendOnGone ? readYesNo(suspendOnGone) : defaultSuspensionPolicy.onGone,
    },
    ...(settings.proxyUrl && { proxy: readProxy(settings.proxyUrl) }),
    imageSources: settings.imageSources ? readHosts(settings.imageSources) : [],
    alerts: readAlerts(settings),
    retentionMs: retention
      ? readDurationOrNever(retention, hourMs, 36_500 * dayMs, 'from 1h to 36500d')
      : defaults.retentionMs,
    leaseMs: lease ? readDuration(lease, secondMs, 10 * minuteMs, 'from 1s to 10m') : defaults.leaseMs,
    rateLimit: rateLimit ? readRateLimit(rateLimit) : mode === 'dev' ? null : defaults.rateLimit,
    ...(tracing && { tracing }),
    ...(metricsToken && { metricsToken: readMetricsToken(metricsToken) }),
    ...(masterKey && { masterKeys: parseMasterKeys(masterKey.text, masterKey.source) }),
    ...(bootstrap && { bootstrap }),
  }
  checkAgreement(config, settings)
  return Object.freeze(config)
}
