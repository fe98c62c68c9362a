import { onTestFinished } from 'vitest'
import { compose } from '../../src/compose/compose.ts'
import type { Parts } from '../../src/compose/parts.ts'
import { buildConfig, type Config } from '../../src/config/config.ts'
import { recordingLog } from '../../src/telemetry/log.ts'
import type { AttemptRecord } from '../../src/webhooks/attempt-starter.ts'
import { testResolver } from './resolver.ts'
import { makeTemporaryFolder } from './temporary.ts'

/** The account and the token that a test server has from its start. */
export const testAccount = { accountId: '023e105f4ecef8ad9ca31a8372d0c353', apiToken: 'test-token-of-the-server' }

export type ServerWish = {
  readonly mode?: Config['mode']
  readonly parts?: Partial<Parts>
  readonly config?: Partial<Config>
  /** Keep this data folder; default: a temporary one that is removed at the end. */
  readonly dataFolder?: string
  /** Open a port. Default false: `fetch` is enough. */
  readonly listen?: boolean
}

/** An answer of the API, unwrapped as far as tests need it. */
export type ApiAnswer = {
  readonly status: number
  readonly headers: Headers
  readonly success: boolean
  /** As JSON gives it. */
  readonly result: ReturnType<JSON['parse']>
  readonly errors: readonly { readonly code: number; readonly message: string }[]
}

/** The whole server as it is composed for a user, on real parts; it ends with the test. */
export const startServer = async (wish: ServerWish = {}) => {
  const folder = wish.dataFolder === undefined ? makeTemporaryFolder() : undefined
  const dataFolder = wish.dataFolder ?? folder?.path ?? ''
  const records: AttemptRecord[] = []
  const waiting: ((record: AttemptRecord) => void)[] = []
  const log = recordingLog()
  const resolver = testResolver({ localhost: ['127.0.0.1'] })
  const config: Config = {
    ...buildConfig(wish.mode ?? 'dev', {}, dataFolder),
    dataFolder,
    port: 0,
    bootstrap: testAccount,
    ...wish.config,
  }
  const server = await compose(config, {
    log,
    resolver: resolver.resolve,
    onFatal: (error) => {
      throw error
    },
    observe(record) {
      const waiter = waiting.shift()
      if (waiter) waiter(record)
      else records.push(record)
    },
    ...wish.parts,
  })
  let stopped = false
  const stop = async (): Promise<void> => {
    if (stopped) return
    stopped = true
    await server.stop()
  }
  onTestFinished(async () => {
    await stop()
    folder?.remove()
  })
  const { url } = await server.start({ listen: wish.listen ?? false })
  const root = `${url}/client/v4/accounts/${testAccount.accountId}`
  const call = async (method: string, path: string, body?: BodyInit | object): Promise<ApiAnswer> => {
    const asIs = body === undefined || typeof body === 'string' || body instanceof FormData || body instanceof Blob
    const response = await server.fetch(
      new Request(`${root}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${testAccount.apiToken}`,
          ...(asIs ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: asIs ? body : JSON.stringify(body) }),
      }),
    )
    const envelope = await response.json()
    return { status: response.status, headers: response.headers, ...envelope }
  }
  return {
    server,
    url,
    config,
    dataFolder,
    log,
    resolver,
    stop,
    /** Calls the API below `/client/v4/accounts/{id}` with the token; an object is sent as JSON. */
    call,
    /** Uploads bytes as a form with these fields. */
    upload(
      bytes: Uint8Array,
      filename = 'photo.png',
      fields: Readonly<Record<string, string>> = {},
    ): Promise<ApiAnswer> {
      const form = new FormData()
      for (const [name, value] of Object.entries(fields)) form.append(name, value)
      form.append('file', new File([new Uint8Array(bytes)], filename))
      return call('POST', '/images/v1', form)
    },
    /** The next settled attempt that was not handed out yet; waits for it. */
    nextAttempt: (): Promise<AttemptRecord> =>
      new Promise((resolve) => {
        const record = records.shift()
        if (record) resolve(record)
        else waiting.push(resolve)
      }),
  }
}

export type TestServer = Awaited<ReturnType<typeof startServer>>
