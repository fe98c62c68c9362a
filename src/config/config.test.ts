import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { buildConfig, type Config, type Mode } from './config.ts'
import { ConfigError } from './config-error.ts'
import { type EnvironmentValues, type FlagValues, readSettings } from './env.ts'

type Given = { mode?: Mode; flags?: FlagValues; environment?: EnvironmentValues }

const build = ({ mode = 'serve', flags = {}, environment = {} }: Given = {}): Config =>
  buildConfig(mode, readSettings(flags, environment), '/srv')

/** The sentence a start is refused with. */
const refusal = (given: Given): string => {
  try {
    build(given)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  throw new Error('These settings were accepted.')
}

const key = Buffer.alloc(32, 7).toString('base64')

describe('defaults', () => {
  test('serve takes public HTTPS endpoints only', () => {
    expect(build()).toEqual({
      mode: 'serve',
      host: '127.0.0.1',
      port: 4747,
      opensPort: true,
      dataFolder: resolve('/srv', 'imagehooks-data'),
      database: { kind: 'sqlite' },
      blobs: { kind: 'disk' },
      roles: new Set(['api', 'worker']),
      allowTargets: [],
      imageSources: [],
      allowLoopbackHttp: false,
      retryScheduleMs: [0, 1, 5, 15, 60, 120, 240, 480, 480].map((minutes) => minutes * 60_000),
      giveUpAfterMs: 86_400_000,
      attemptTimeoutMs: 30_000,
      leaseMs: 30_000,
      suspension: { afterMs: 432_000_000, onGone: true },
      alerts: {},
      retentionMs: 2_592_000_000,
      rateLimit: { count: 1200, perMs: 300_000 },
    })
  })

  test('dev lets webhooks go to this machine', () => {
    expect(build({ mode: 'dev' })).toMatchObject({
      mode: 'dev',
      rateLimit: null,
      allowTargets: ['127.0.0.0/8', '::1/128'],
      allowLoopbackHttp: true,
    })
  })

  test('a config cannot be changed', () => {
    expect(Object.isFrozen(build())).toBe(true)
  })
})

describe('precedence', () => {
  test('a flag wins over the environment, which wins over the default', () => {
    const environment = { IMAGEHOOKS_PORT: '5000', IMAGEHOOKS_HOST: '::1' }
    expect(build({ environment })).toMatchObject({ port: 5000, host: '::1' })
    expect(build({ environment, flags: { port: '0' } })).toMatchObject({ port: 0, host: '::1' })
  })

  test('an empty environment name counts as absent', () => {
    expect(build({ environment: { IMAGEHOOKS_PORT: '', IMAGEHOOKS_DATABASE_URL: '' } }).port).toBe(4747)
  })

  test('every setting is read under both of its names', () => {
    const values: readonly (readonly [string, string, string, Partial<Config>])[] = [
      ['data-dir', 'IMAGEHOOKS_DATA_DIR', 'here', { dataFolder: resolve('/srv', 'here') }],
      ['public-url', 'IMAGEHOOKS_PUBLIC_URL', 'https://img.example.com/a/', { publicUrl: 'https://img.example.com/a' }],
      [
        'allow-target',
        'IMAGEHOOKS_ALLOW_TARGETS',
        '10.0.0.0/8, fd00::/8',
        { allowTargets: ['10.0.0.0/8', 'fd00::/8'] },
      ],
      ['retry-schedule', 'IMAGEHOOKS_RETRY_SCHEDULE', '0s,250ms', { retryScheduleMs: [0, 250] }],
      ['give-up-after', 'IMAGEHOOKS_GIVE_UP_AFTER', '5m', { giveUpAfterMs: 300_000 }],
      ['suspend-after', 'IMAGEHOOKS_SUSPEND_AFTER', '2d', { suspension: { afterMs: 172_800_000, onGone: true } }],
      ['suspend-after', 'IMAGEHOOKS_SUSPEND_AFTER', 'never', { suspension: { afterMs: null, onGone: true } }],
      ['suspend-after', 'IMAGEHOOKS_SUSPEND_AFTER', '0s', { suspension: { afterMs: null, onGone: true } }],
      ['suspend-on-gone', 'IMAGEHOOKS_SUSPEND_ON_GONE', 'no', { suspension: { afterMs: 432_000_000, onGone: false } }],
      ['retention', 'IMAGEHOOKS_RETENTION', '12h', { retentionMs: 43_200_000 }],
      ['retention', 'IMAGEHOOKS_RETENTION', 'never', { retentionMs: null }],
      [
        'proxy-url',
        'IMAGEHOOKS_PROXY_URL',
        'http://proxy:3128',
        { proxy: { host: 'proxy', port: 3128, secure: false } },
      ],
      ['proxy-url', 'IMAGEHOOKS_PROXY_URL', 'https://[::1]/', { proxy: { host: '::1', port: 443, secure: true } }],
      ['lease', 'IMAGEHOOKS_LEASE', '10s', { leaseMs: 10_000 }],
      ['rate-limit', 'IMAGEHOOKS_RATE_LIMIT', '5/1s', { rateLimit: { count: 5, perMs: 1000 } }],
      ['metrics-token', 'IMAGEHOOKS_METRICS_TOKEN', 'a-token-of-length', { metricsToken: 'a-token-of-length' }],
      ['attempt-timeout', 'IMAGEHOOKS_ATTEMPT_TIMEOUT', '2s', { attemptTimeoutMs: 2000 }],
      [
        'image-sources',
        'IMAGEHOOKS_IMAGE_SOURCES',
        'A.example, *.b.example:8443',
        { imageSources: ['a.example', '*.b.example:8443'] },
      ],
      ['roles', 'IMAGEHOOKS_ROLES', 'worker, api', { roles: new Set(['api', 'worker'] as const) }],
      ['host', 'IMAGEHOOKS_HOST', '[::1]', { host: '::1' }],
    ]
    for (const [flag, name, text, expected] of values) {
      expect(build({ flags: { [flag]: text } })).toMatchObject(expected)
      expect(build({ environment: { [name]: text } })).toMatchObject(expected)
    }
  })

  test('a repeated flag replaces the whole list of the environment', () => {
    const environment = { IMAGEHOOKS_ALLOW_TARGETS: '10.0.0.0/8' }
    const flags = { 'allow-target': ['192.168.1.0/24', '127.0.0.1'] }
    expect(build({ environment, flags }).allowTargets).toEqual(['192.168.1.0/24', '127.0.0.1'])
  })

  test('no ranges at all can be said, too', () => {
    expect(build({ mode: 'dev', flags: { 'allow-target': [''] } }).allowTargets).toEqual([])
  })
})

describe('a value that cannot be', () => {
  test.each([
    ['port', '65536', '--port must be a port from 0 to 65535 (0 = any free one), not "65536".'],
    ['port', '', '--port must be a port from 0 to 65535 (0 = any free one), not "".'],
    ['port', '80 80', '--port must be'],
    ['host', 'a b', '--host must be a host name or an address'],
    ['host', 'http://x', '--host must be'],
    ['data-dir', ' ', '--data-dir must be the path of a folder'],
    ['public-url', 'images.example.com', '--public-url must be a URL such as'],
    ['public-url', 'https://u:p@x.example', '--public-url must be a URL without user name, query and fragment.'],
    ['image-sources', 'https://a.example', '--image-sources must be host names such as'],
    ['roles', 'api,boss', '--roles must be api, worker or api,worker, not "api,boss".'],
    ['roles', '', '--roles must be'],
    ['retry-schedule', '1s,soon', '--retry-schedule must be 1 to 100 durations'],
    ['retry-schedule', '0s,'.repeat(100) + '0s', '--retry-schedule must be 1 to 100 durations'],
    ['give-up-after', '0s', '--give-up-after must be a duration from 1s'],
    ['suspend-after', '1s', '--suspend-after must be a duration from 1m to 365d or never, such as'],
    ['suspend-after', 'ever', '--suspend-after must be a duration'],
    ['suspend-on-gone', 'maybe', '--suspend-on-gone must be yes or no, not "maybe".'],
    ['retention', '1m', '--retention must be a duration from 1h'],
    ['proxy-url', 'socks5://proxy', '--proxy-url must be a URL such as http://proxy.example.com:3128'],
    ['proxy-url', 'http://proxy/path', '--proxy-url must be a URL such as'],
    ['proxy-url', 'http://u:hush@proxy:1', '--proxy-url must not hold credentials, which others could read'],
    ['attempt-timeout', '11m', '--attempt-timeout must be a duration from 1ms to 10m'],
    ['database-url', 'mysql://x', '--database-url must be a URL such as postgres://'],
    ['blob-url', 'https://x', '--blob-url must be a URL such as s3://'],
    ['blob-url', 's3://photos?endpoint=nope', '--blob-url names an endpoint'],
    ['blob-url', 's3://photos?endpoint=https://s3.example.com?x=1', '--blob-url names an endpoint'],
    ['blob-url', 's3://photos', '--blob-url must name an endpoint'],
    ['blob-url', 's3://photos?region=auto', '--blob-url must name an endpoint'],
    ['blob-url', 's3://Photos?region=eu-west-1', '--blob-url names a bucket'],
    ['blob-url', 's3://b?region=eu-west-1', '--blob-url names a bucket'],
    ['blob-url', 's3://photos:9000?region=eu-west-1', '--blob-url names a bucket'],
    ['blob-url', 's3://photos/a//b?region=eu-west-1', '--blob-url has a path that cannot be a prefix'],
    ['blob-url', 's3://photos/a%20b?region=eu-west-1', '--blob-url has a path that cannot be a prefix'],
    ['blob-url', 's3://photos?region=eu west', '--blob-url names a region'],
    [
      'blob-url',
      's3://photos?region=a&region=b',
      '--blob-url takes the parameters endpoint and region only, once each',
    ],
  ])('--%s %j is refused', (flag, text, sentence) => {
    expect(refusal({ flags: { [flag]: text } })).toContain(sentence)
  })

  test('is named as it was given', () => {
    expect(refusal({ environment: { IMAGEHOOKS_PORT: 'x' } })).toMatch(/^IMAGEHOOKS_PORT must be/)
  })
})

describe('contradictory settings', () => {
  const id = '0123456789abcdef0123456789abcdef'
  const token = 'a-token-of-the-operator'
  const contradictions: readonly (readonly [string, Given, string])[] = [
    ['dev on a public address', { mode: 'dev', flags: { host: '0.0.0.0' } }, '--host cannot be 0.0.0.0'],
    ['dev on a name that may be anything', { mode: 'dev', flags: { host: '127.0.0.1.nip.io' } }, '--host cannot be'],
    ['dev on PostgreSQL', { mode: 'dev', flags: { 'database-url': 'postgres://h/d' } }, 'imagehooks serve'],
    ['one role on the embedded database', { flags: { roles: 'api' } }, 'leave --roles out, or set --database-url'],
    [
      'PostgreSQL without a master key',
      { flags: { 'database-url': 'postgres://h/d' } },
      'IMAGEHOOKS_MASTER_KEY must be set',
    ],
    [
      'a schedule beyond the default deadline',
      { flags: { 'retry-schedule': '0s,25h' } },
      'takes 25h, but deliveries are given up after 24h',
    ],
    [
      'a schedule beyond a given deadline',
      { flags: { 'retry-schedule': '1m,1m', 'give-up-after': '90s' } },
      'takes 2m, but deliveries are given up after 90s',
    ],
    ['an attempt longer than the deadline', { flags: { 'give-up-after': '20s' } }, 'One attempt may take 30s'],
    ['an account without a token', { environment: { IMAGEHOOKS_BOOTSTRAP_ACCOUNT_ID: id } }, 'set both or neither'],
    ['a token without an account', { environment: { IMAGEHOOKS_BOOTSTRAP_API_TOKEN: token } }, 'set both or neither'],
  ]
  test.each(contradictions)('%s stops the start', (_what, given, sentence) => {
    expect(refusal(given)).toContain(sentence)
  })

  test('a shorter deadline alone just cuts the default schedule', () => {
    expect(build({ flags: { 'give-up-after': '1m' } }).giveUpAfterMs).toBe(60_000)
  })

  test('a first account is taken when both of its names are there', () => {
    const environment = { IMAGEHOOKS_BOOTSTRAP_ACCOUNT_ID: id, IMAGEHOOKS_BOOTSTRAP_API_TOKEN: token }
    expect(build({ environment }).bootstrap).toEqual({ accountId: id, apiToken: token })
  })
})

test('PostgreSQL is taken with a master key, and then roles may be parted', () => {
  const environment = { IMAGEHOOKS_DATABASE_URL: 'postgres://u:hush@h/d', IMAGEHOOKS_MASTER_KEY: key }
  const config = build({ environment, flags: { roles: 'worker' } })
  expect(config.database).toEqual({ kind: 'postgres', url: 'postgres://u:hush@h/d' })
  expect([...config.roles]).toEqual(['worker'])
  expect(config.opensPort).toBe(false)
  expect(build({ environment, flags: { roles: 'worker', port: '9000' } }).opensPort).toBe(true)
})

describe('S3-compatible storage', () => {
  const environment = { AWS_ACCESS_KEY_ID: 'an-access-key', AWS_SECRET_ACCESS_KEY: 'hush' }
  const credentials = { accessKeyId: 'an-access-key', secretAccessKey: 'hush' }

  test.each([
    [
      's3://photos?endpoint=https://s3.example.com/&region=eu-west-1',
      { endpoint: 'https://s3.example.com', region: 'eu-west-1', bucket: 'photos', prefix: '' },
    ],
    [
      's3://photos/site/images/?endpoint=http%3A%2F%2F127.0.0.1%3A9000%2Fs3',
      { endpoint: 'http://127.0.0.1:9000/s3', region: 'auto', bucket: 'photos', prefix: 'site/images' },
    ],
    [
      's3://my.photos?region=eu-west-1',
      { endpoint: 'https://s3.eu-west-1.amazonaws.com', region: 'eu-west-1', bucket: 'my.photos', prefix: '' },
    ],
  ])('%s says where blobs are kept', (url, place) => {
    expect(build({ flags: { 'blob-url': url }, environment }).blobs).toEqual({ kind: 's3', ...place, credentials })
  })

  test('temporary credentials have a session token', () => {
    const blobs = build({
      flags: { 'blob-url': 's3://photos?region=eu-west-1' },
      environment: { ...environment, AWS_SESSION_TOKEN: 'a-token' },
    }).blobs
    expect(blobs).toMatchObject({ credentials: { ...credentials, sessionToken: 'a-token' } })
  })

  test.each([{}, { AWS_ACCESS_KEY_ID: 'an-access-key' }, { AWS_SECRET_ACCESS_KEY: 'hush' }])(
    'credentials that are missing stop the start: %j',
    (some) => {
      expect(refusal({ flags: { 'blob-url': 's3://photos?region=eu-west-1' }, environment: some })).toBe(
        'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set with --blob-url, since they sign what is sent to the storage.',
      )
    },
  )

  test('credentials without it are nobody’s business', () => {
    expect(build({ environment }).blobs).toEqual({ kind: 'disk' })
  })
})

test.each<Given>([
  { environment: { IMAGEHOOKS_DATABASE_URL: 'postgres://u:hush@h:x/d' } },
  { environment: { IMAGEHOOKS_BLOB_URL: 's3://u:hush@bucket' } },
  { environment: { IMAGEHOOKS_BLOB_URL: 's3://bucket?secret=hush' } },
  { environment: { IMAGEHOOKS_BLOB_URL: 's3://bucket?endpoint=https://u:hush@s3.example.com' } },
  {
    environment: {
      IMAGEHOOKS_BLOB_URL: 's3://bucket?region=eu-west-1',
      AWS_ACCESS_KEY_ID: 'key',
      AWS_SECRET_ACCESS_KEY: 'hush hush',
    },
  },
  { environment: { IMAGEHOOKS_PUBLIC_URL: 'https://u:hush@h' } },
  { environment: { IMAGEHOOKS_MASTER_KEY: 'hush' } },
  { environment: { IMAGEHOOKS_BOOTSTRAP_ACCOUNT_ID: '0'.repeat(32), IMAGEHOOKS_BOOTSTRAP_API_TOKEN: 'hush' } },
])('no refusal quotes a secret: %j', (given) => {
  expect(refusal(given)).not.toContain('hush')
})
