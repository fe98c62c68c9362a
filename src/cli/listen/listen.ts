import type { Command } from 'commander'
import type { Client } from '../../client/client.ts'
import { ConfigError } from '../../config/config-error.ts'
import { clientOf, serverOf } from '../api-options.ts'
import { anyAddress, loopbackOnly, ownClient, systemOutside } from '../own-client.ts'
import { readSecretAt, writeSecretAt } from '../vars-file.ts'
import { stayAlive } from '../stay-alive.ts'
import { listenForStop } from '../stop-wish.ts'
import { createForwarder, type Forwarded, type Forwarder } from './forward.ts'
import { canReadKeys, listenForKeys } from './keys.ts'
import { lockListenFile, openListenFile, stateFolder } from './listen-file.ts'
import { isTaken, jsonLines, type ListenLines, textLines } from './listen-lines.ts'
import { type ListenOptions, readListenOptions } from './listen-options.ts'
import { cursorAt, findEvent } from './look-back.ts'
import { runListen } from './run-listen.ts'

const { clock, resolver } = systemOutside

const requireLoopback = async ({ hostname }: URL): Promise<void> => {
  const host = hostname.replace(/^\[|\]$/g, '')
  const addresses = await resolver(host).catch(() => {
    throw new ConfigError(`The host ${host} could not be resolved; check its spelling.`)
  })
  if (!addresses.every(({ address }) => loopbackOnly.permits(address)))
    throw new ConfigError(
      `${host} is another machine, which would be sent your events; say --allow-remote if that is what you want.`,
    )
}

type Printer = {
  readonly lines: ListenLines
  /** What was forwarded last. */
  last(): Forwarded | undefined
  report(forwarded: Forwarded): void
}

const openPrinter = (isJson: boolean): Printer => {
  const { stdout } = process
  const columns = (): number | undefined => (stdout.isTTY ? stdout.columns : undefined)
  const lines = isJson ? jsonLines(console.log) : textLines({ print: console.log, now: clock.now, columns })
  let last: Forwarded | undefined
  return {
    lines,
    last: () => last,
    report(forwarded) {
      last = forwarded
      lines.forwarded(forwarded)
    },
  }
}

const replay = async (client: Client, id: string, { forward }: Forwarder, { last }: Printer): Promise<void> => {
  const event = await findEvent(client, id)
  await forward(event)
  const forwarded = last()
  if (!forwarded) throw new ConfigError(`Events of the type ${event.type} go nowhere; name a URL with --forward-to.`)
  if (!isTaken(forwarded)) process.exitCode = 1
}

/** `imagehooks listen`: until Ctrl-C, which lets the request under way be the last. */
export const listen = async (command: Command, options: ListenOptions): Promise<void> => {
  const { routes, filter, forwarding, sinceMs, secretPlace } = readListenOptions(options)
  if (!options.allowRemote) await Promise.all(routes.urls.map(requireLoopback))
  const { server, accountId } = await serverOf(command, options)
  const place = { server, accountId, forwardTo: routes.name }
  const folder = stateFolder(process.env)
  const inFile = secretPlace && (await readSecretAt(secretPlace))
  const given = inFile ?? (process.env['IMAGEHOOKS_WEBHOOK_SECRET'] || undefined)
  if (options.printSecret) return console.log(given ?? (await openListenFile(folder, place)).state.secret)
  // A single replay keeps no place in the feed, and may run beside a listener.
  const unlock = options.replay === undefined ? await lockListenFile(folder, place) : () => {}
  const file = await openListenFile(folder, place, given)
  const { secret } = file.state
  if (secretPlace && !inFile) await writeSecretAt(secretPlace, secret)

  const { lines, last, report } = openPrinter(options.json === true)
  const stop = listenForStop(process, clock)
  const letGo = stayAlive()
  const ending = new AbortController()
  void stop.asked.then(() => ending.abort(new Error('It was asked to stop.')))
  const poster = ownClient(systemOutside, options.allowRemote ? anyAddress : loopbackOnly)
  let endKeys = (): void => {}
  try {
    const client = await clientOf(command, options)
    const { signal } = ending
    const forwarder = createForwarder({
      ...forwarding,
      client: poster,
      clock,
      urlOf: routes.urlOf,
      secret,
      signal,
      report,
    })
    if (options.replay !== undefined) return await replay(client, options.replay, forwarder, { lines, last, report })
    const cursor = sinceMs === undefined ? file.state.cursor : await cursorAt(client, clock.now() - sinceMs)
    const hasKeys = !options.json && process.stdout.isTTY && canReadKeys(process.stdin)
    if (secretPlace) lines.secret({ place: `${secretPlace.name} in ${secretPlace.path}`, written: !inFile })
    else if (file.isNew) lines.secret({ text: secret })
    const forwardTo = routes.name.split(' ')
    lines.ready({
      server,
      forwardTo,
      secretFile: file.path,
      resumes: sinceMs === undefined && cursor !== undefined,
      hasKeys,
    })
    if (hasKeys)
      endKeys = listenForKeys(process.stdin, {
        r: () => void forwarder.again(),
        d: () => lines.details(last()),
        q: () => process.kill(process.pid, 'SIGINT'),
      })
    const { types } = routes
    const { forward } = forwarder
    await runListen({ client, clock, types, cursor, signal, tell: lines.news, file, filter, forward })
  } finally {
    endKeys()
    letGo()
    stop.done()
    await poster.destroy()
    unlock()
  }
}
