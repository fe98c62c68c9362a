import type { Command } from 'commander'
import { ConfigError } from '../../config/config-error.ts'
import { type ApiOptions, clientOf, serverOf } from '../api-options.ts'
import { anyAddress, loopbackOnly, ownClient, systemOutside } from '../own-client.ts'
import { readDelay, readEventTypes, readHeaders, readPostUrl } from '../read-flags.ts'
import { stayAlive } from '../stay-alive.ts'
import { listenForStop } from '../stop-wish.ts'
import { readFilters } from './filter.ts'
import { createForwarder } from './forward.ts'
import { openListenFile, stateFolder } from './listen-file.ts'
import { jsonLines, textLines } from './listen-lines.ts'
import { runListen } from './run-listen.ts'

export type ListenOptions = ApiOptions & {
  readonly forwardTo: string
  readonly events?: string
  readonly filter?: readonly string[]
  readonly header?: readonly string[]
  readonly fail?: string
  readonly delay?: string
  readonly allowRemote?: boolean
  readonly printSecret?: boolean
  readonly json?: boolean
}

const { clock, resolver } = systemOutside

const requireLoopback = async (url: URL): Promise<void> => {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const addresses = await resolver(host).catch(() => {
    throw new ConfigError(`The host ${host} of --forward-to could not be resolved; check its spelling.`)
  })
  if (!addresses.every(({ address }) => loopbackOnly.permits(address)))
    throw new ConfigError(
      `--forward-to leads to another machine, which would be sent your events; say --allow-remote if that is what you want.`,
    )
}

const readFail = (text: string | undefined): { status: number; count: number } | undefined => {
  if (text === undefined) return undefined
  const [, status, count] = /^([45]\d\d)(?::(\d{1,3}))?$/.exec(text) ?? []
  if (status === undefined) throw new ConfigError('--fail must be a status and how often, such as 500:2.')
  return { status: Number(status), count: Number(count ?? 1) }
}

/** `imagehooks listen`: until Ctrl-C, which lets the request under way be the last. */
export const listen = async (command: Command, options: ListenOptions): Promise<void> => {
  const url = readPostUrl('--forward-to', options.forwardTo)
  const parts = {
    types: readEventTypes(options.events),
    filter: readFilters(options.filter),
    headers: readHeaders(options.header),
    fail: readFail(options.fail),
    delayMs: options.delay === undefined ? 0 : readDelay('--delay', options.delay),
  }
  if (!options.allowRemote) await requireLoopback(url)
  const { server, accountId } = await serverOf(command, options)
  const place = { server, accountId, forwardTo: url.href }
  const file = await openListenFile(stateFolder(process.env), place, process.env['IMAGEHOOKS_WEBHOOK_SECRET'])
  if (options.printSecret) return console.log(file.state.secret)
  const lines = options.json ? jsonLines(console.log) : textLines(console.log, clock.now)
  if (file.isNew) lines.secret(file.state.secret)
  lines.ready({ server, forwardTo: url.href, secretFile: file.path })
  const stop = listenForStop(process, clock)
  const letGo = stayAlive()
  const ending = new AbortController()
  void stop.asked.then(() => ending.abort(new Error('It was asked to stop.')))
  const client = ownClient(systemOutside, options.allowRemote ? anyAddress : loopbackOnly)
  try {
    const forward = createForwarder({
      ...parts,
      client,
      clock,
      url,
      secret: file.state.secret,
      signal: ending.signal,
      report: lines.forwarded,
    })
    await runListen({
      ...parts,
      client: await clientOf(command, options),
      clock,
      file,
      forward,
      signal: ending.signal,
      tell: lines.news,
    })
  } finally {
    letGo()
    stop.done()
    await client.destroy()
  }
}
