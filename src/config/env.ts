/** How a setting is given. `flag` is what follows `--`; one without it comes from the environment alone. */
type SettingForm = {
  readonly name: string
  readonly environment: string
  readonly flag?: string
  /** What the flag's value is called in the help. */
  readonly value?: string
  readonly help?: string
  /** The flag may be given several times; the environment separates by commas. */
  readonly repeatable?: boolean
}

/** Every setting and its names. What the values mean and what they default to is the business of `config.ts`. */
export const settingForms = [
  {
    name: 'host',
    flag: 'host',
    environment: 'IMAGEHOOKS_HOST',
    value: 'address',
    help: 'the address to listen on (default 127.0.0.1)',
  },
  {
    name: 'port',
    flag: 'port',
    environment: 'IMAGEHOOKS_PORT',
    value: 'number',
    help: 'the port to listen on, 0 for any free one (default 4747; a worker alone opens one only where it is given)',
  },
  {
    name: 'dataFolder',
    flag: 'data-dir',
    environment: 'IMAGEHOOKS_DATA_DIR',
    value: 'folder',
    help: 'where everything is kept (default ./imagehooks-data)',
  },
  {
    name: 'databaseUrl',
    flag: 'database-url',
    environment: 'IMAGEHOOKS_DATABASE_URL',
    value: 'url',
    help: 'postgres://… (default: embedded, in the data folder)',
  },
  {
    name: 'blobUrl',
    flag: 'blob-url',
    environment: 'IMAGEHOOKS_BLOB_URL',
    value: 'url',
    help: 's3://bucket/prefix?endpoint=…&region=… (default: the data folder)',
  },
  {
    name: 'publicUrl',
    flag: 'public-url',
    environment: 'IMAGEHOOKS_PUBLIC_URL',
    value: 'url',
    help: 'how others reach this server, for variant and upload URLs (default: the address it listens on)',
  },
  {
    name: 'roles',
    flag: 'roles',
    environment: 'IMAGEHOOKS_ROLES',
    value: 'list',
    help: 'what this process does: api, worker or both (default api,worker)',
  },
  {
    name: 'allowTargets',
    flag: 'allow-target',
    environment: 'IMAGEHOOKS_ALLOW_TARGETS',
    value: 'cidr',
    help: 'a range of private addresses that webhooks may be sent to; repeatable (default: loopback in dev, none in serve)',
    repeatable: true,
  },
  {
    name: 'retrySchedule',
    flag: 'retry-schedule',
    environment: 'IMAGEHOOKS_RETRY_SCHEDULE',
    value: 'list',
    help: 'the delays between attempts (default 0s,1m,5m,15m,1h,2h,4h,8h,8h)',
  },
  {
    name: 'giveUpAfter',
    flag: 'give-up-after',
    environment: 'IMAGEHOOKS_GIVE_UP_AFTER',
    value: 'duration',
    help: 'how long a delivery is tried (default 24h)',
  },
  {
    name: 'attemptTimeout',
    flag: 'attempt-timeout',
    environment: 'IMAGEHOOKS_ATTEMPT_TIMEOUT',
    value: 'duration',
    help: 'how long one attempt may take (default 30s)',
  },
  {
    name: 'suspendAfter',
    flag: 'suspend-after',
    environment: 'IMAGEHOOKS_SUSPEND_AFTER',
    value: 'duration',
    help: 'how long an endpoint may do nothing but fail before it is suspended; never = as long as it likes (default 5d)',
  },
  {
    name: 'suspendOnGone',
    flag: 'suspend-on-gone',
    environment: 'IMAGEHOOKS_SUSPEND_ON_GONE',
    value: 'yes|no',
    help: 'whether an endpoint that answers 410 is suspended at once (default yes)',
  },
  {
    name: 'proxyUrl',
    flag: 'proxy-url',
    environment: 'IMAGEHOOKS_PROXY_URL',
    value: 'url',
    help: 'a forward proxy (HTTP CONNECT) for deliveries, alerts and fetched images; credentials in the environment only (default: none)',
  },
  {
    name: 'imageSources',
    flag: 'image-sources',
    environment: 'IMAGEHOOKS_IMAGE_SOURCES',
    value: 'list',
    help: 'hosts whose images /cdn-cgi/image/ transforms, such as example.com,*.example.org (default: none, it is off)',
  },
  {
    name: 'alertUrl',
    flag: 'alert-url',
    environment: 'IMAGEHOOKS_ALERT_URL',
    value: 'url',
    help: 'where the operator is told of failing endpoints and dead deliveries; IMAGEHOOKS_ALERT_SECRET signs (default: the log)',
  },
  {
    name: 'alertEmailFrom',
    flag: 'alert-email-from',
    environment: 'IMAGEHOOKS_ALERT_EMAIL_FROM',
    value: 'address',
    help: 'the sender of e-mail to the operator; IMAGEHOOKS_SMTP_URL says where it is handed over',
  },
  {
    name: 'alertEmailTo',
    flag: 'alert-email-to',
    environment: 'IMAGEHOOKS_ALERT_EMAIL_TO',
    value: 'address',
    help: 'who gets e-mail of failing endpoints and dead deliveries; repeatable',
    repeatable: true,
  },
  {
    name: 'retention',
    flag: 'retention',
    environment: 'IMAGEHOOKS_RETENTION',
    value: 'duration',
    help: 'how long events, deliveries and attempts are kept; never = they are not removed (default 30d)',
  },
  {
    name: 'lease',
    flag: 'lease',
    environment: 'IMAGEHOOKS_LEASE',
    value: 'duration',
    help: 'how long a silent worker keeps its lanes from others (default 30s)',
  },
  {
    name: 'rateLimit',
    flag: 'rate-limit',
    environment: 'IMAGEHOOKS_RATE_LIMIT',
    value: 'count/duration',
    help: 'requests that one API token may make, or off (default 1200/5m, in dev off)',
  },
  {
    name: 'metricsToken',
    flag: 'metrics-token',
    environment: 'IMAGEHOOKS_METRICS_TOKEN',
    value: 'token',
    help: 'a bearer token for /metrics, at least 16 characters (default: only callers on this machine)',
  },
  { name: 'traceEndpoint', environment: 'OTEL_EXPORTER_OTLP_ENDPOINT' },
  { name: 'traceServiceName', environment: 'OTEL_SERVICE_NAME' },
  { name: 'traceShare', environment: 'OTEL_TRACES_SAMPLER_ARG' },
  { name: 'masterKey', environment: 'IMAGEHOOKS_MASTER_KEY' },
  { name: 'bootstrapAccountId', environment: 'IMAGEHOOKS_BOOTSTRAP_ACCOUNT_ID' },
  { name: 'bootstrapApiToken', environment: 'IMAGEHOOKS_BOOTSTRAP_API_TOKEN' },
  { name: 'alertSecret', environment: 'IMAGEHOOKS_ALERT_SECRET' },
  { name: 'smtpUrl', environment: 'IMAGEHOOKS_SMTP_URL' },
  { name: 'accessKeyId', environment: 'AWS_ACCESS_KEY_ID' },
  { name: 'secretAccessKey', environment: 'AWS_SECRET_ACCESS_KEY' },
  { name: 'sessionToken', environment: 'AWS_SESSION_TOKEN' },
] as const satisfies readonly SettingForm[]

export type SettingName = (typeof settingForms)[number]['name']

/** A setting as somebody wrote it, and where: `--port` or `IMAGEHOOKS_PORT`. */
export type Setting = { readonly text: string; readonly source: string }

/** Every setting that was given. */
export type Settings = Readonly<Partial<Record<SettingName, Setting>>>

/** Values of flags by their names without `--`; a repeatable one holds a list. */
export type FlagValues = Readonly<Record<string, unknown>>

export type EnvironmentValues = Readonly<Record<string, string | undefined>>

const flagText = (value: unknown): string | undefined => {
  if (Array.isArray(value)) return value.join(',')
  return typeof value === 'string' ? value : undefined
}

const readSetting = (form: SettingForm, flags: FlagValues, environment: EnvironmentValues): Setting | undefined => {
  const text = form.flag === undefined ? undefined : flagText(flags[form.flag])
  if (text !== undefined) return { text, source: `--${form.flag}` }
  const inherited = environment[form.environment]
  return inherited ? { text: inherited, source: form.environment } : undefined
}

/** Reads each setting from its flag, or else from the environment, where an empty text counts as absent. */
export const readSettings = (flags: FlagValues, environment: EnvironmentValues): Settings => {
  const settings: Partial<Record<SettingName, Setting>> = {}
  for (const form of settingForms) {
    const setting = readSetting(form, flags, environment)
    if (setting) settings[form.name] = setting
  }
  return settings
}
