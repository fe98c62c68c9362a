import { onTestFinished } from 'vitest'
import { compose, type Imagehooks } from '../../src/compose/compose.ts'
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

/** Whose API is called. */
export type CallingAccount = { readonly accountId: string; readonly apiToken: string }

/** Calls of the API as one account makes them, below `/client/v4/accounts/{id}`; an object is sent as JSON. */
const callsOf = (server: Imagehooks, url: string, { accountId, apiToken }: CallingAccount) => {
  const call = async (method: string, path: string, body?: BodyInit | object): Promise<ApiAnswer> => {
    const asIs = body === undefined || typeof body === 'string' || body instanceof FormData || body instanceof Blob
    const response = await server.fetch(
      new Request(`${url}/client/v4/accounts/${accountId}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${apiToken}`,
          ...(asIs ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: asIs ? body : JSON.stringify(body) }),
      }),
    )
    const envelope = await response.json()
    return { status: response.status, headers: response.headers, ...envelope }
  }
  /** Uploads bytes as a form with these fields. */
  const upload = (
    bytes: Uint8Array,
    filename = 'photo.png',
    fields: Readonly<Record<string, string>> = {},
  ): Promise<ApiAnswer> => {
    const form = new FormData()
    for (const [name, value] of Object.entries(fields)) form.append(name, value)
    form.append('file', new File([new Uint8Array(bytes)], filename))
    return call('POST', '/images/v1', form)
  }
  return { call, upload }
}

/** The whole server as it is composed for a user, on real parts; the caller ends it. */
export const openServer = async (wish: ServerWish = {}) => {
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
  }).catch((error: unknown) => {
    folder?.remove()
    throw error
  })
  let stopped = false
  const stop = async (): Promise<void> => {
    if (stopped) return
    stopped = true
    await server.stop()
  }
  const end = async (): Promise<void> => {
    await stop()
    folder?.remove()
  }
  const { url } = await server.start({ listen: wish.listen ?? false }).catch(async (error: unknown) => {
    await end()
    throw error
  })
  return {
    server,
    url,
    config,
    dataFolder,
    log,
    resolver,
    stop,
    /** Stops it and removes its folder, unless that was given. */
    end,
    /** Calls the API as the account that is there from the start. */
    ...callsOf(server, url, testAccount),
    /** Calls it as another one. */
    callsOf: (account: CallingAccount) => callsOf(server, url, account),
    /** The next settled attempt that was not handed out yet; waits for it. */
    nextAttempt: (): Promise<AttemptRecord> =>
      new Promise((resolve) => {
        const record = records.shift()
        if (record) resolve(record)
        else waiting.push(resolve)
      }),
  }
}

export type TestServer = Awaited<ReturnType<typeof openServer>>

/** The same; it ends with the test. */
export const startServer = async (wish: ServerWish = {}): Promise<TestServer> => {
  const server = await openServer(wish)
  onTestFinished(server.end)
  return server
}
