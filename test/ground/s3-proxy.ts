import { createServer, request, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { onTestFinished } from 'vitest'
import type { S3Place } from '../../src/blobs/s3-client.ts'

/**
 * What happens to one request. `refuse` closes the connection before the storage hears of it; `lose` lets the storage
 * do its work and closes the connection instead of answering; `cut` passes on the head and so many bytes of the body;
 * `silence` never answers, `stall` passes on the head and falls silent then, `hold` answers when the promise resolves;
 * `answer` answers in the storage's place.
 */
export type S3Fault =
  | { readonly kind: 'pass' | 'refuse' | 'lose' | 'silence' | 'stall' }
  | { readonly kind: 'hold'; readonly until: Promise<void> }
  | { readonly kind: 'cut'; readonly afterBytes: number }
  | { readonly kind: 'answer'; readonly status: number; readonly code?: string; readonly body?: string }

/** A proxy with real sockets before a storage, to make what goes wrong on the way. */
export type S3Proxy = {
  /** The place by way of the proxy. */
  readonly place: S3Place
  /** Plans what happens to the next requests; after them everything passes. */
  plan(...faults: S3Fault[]): void
  /** Method and query names of every request that came, such as `PUT` or `POST uploads`. */
  readonly seen: readonly string[]
  /** The headers of every request that came. */
  readonly headers: readonly IncomingHttpHeaders[]
  /** Resolves when that many requests have come. */
  arrived(count: number): Promise<void>
}

const forward = (target: URL, incoming: IncomingMessage, answer: (from: IncomingMessage) => void): void => {
  const outgoing = request(
    {
      host: target.hostname,
      port: target.port,
      path: incoming.url,
      method: incoming.method,
      headers: incoming.headers,
    },
    answer,
  )
  // An upload that breaks off on one side breaks off on the other.
  outgoing.on('error', () => incoming.destroy())
  incoming.on('error', () => outgoing.destroy()).pipe(outgoing)
}

const obey = (fault: S3Fault, target: URL, incoming: IncomingMessage, outgoing: ServerResponse): void => {
  if (fault.kind === 'refuse') {
    incoming.destroy()
    return
  }
  if (fault.kind === 'silence') {
    incoming.resume()
    return
  }
  if (fault.kind === 'answer') {
    const xml = `<?xml version="1.0"?><Error><Code>${fault.code ?? 'InternalError'}</Code></Error>`
    incoming.resume().on('end', () => outgoing.writeHead(fault.status).end(fault.body ?? xml))
    return
  }
  forward(target, incoming, (from) => {
    if (fault.kind === 'lose') {
      from.resume().on('end', () => outgoing.destroy())
      return
    }
    const passOn = (): void => void from.pipe(outgoing.writeHead(from.statusCode ?? 502, from.headers))
    if (fault.kind === 'pass') {
      passOn()
      return
    }
    if (fault.kind === 'hold') {
      void fault.until.then(passOn)
      return
    }
    outgoing.writeHead(from.statusCode ?? 502, from.headers)
    outgoing.flushHeaders()
    from.resume()
    if (fault.kind !== 'cut') return
    from.once('data', (chunk: Buffer) => outgoing.write(chunk.subarray(0, fault.afterBytes), () => outgoing.destroy()))
  })
}

/** Starts one; it closes when the present test ends, whatever its outcome. */
export const s3Proxy = async (real: S3Place): Promise<S3Proxy> => {
  const planned: S3Fault[] = []
  const seen: string[] = []
  const headers: IncomingHttpHeaders[] = []
  const waiting: { count: number; resolve: () => void }[] = []
  const target = new URL(real.endpoint)
  const server = createServer((incoming, outgoing) => {
    const query = new URL(incoming.url ?? '', target).searchParams
    seen.push([incoming.method, ...query.keys()].join(' '))
    headers.push(incoming.headers)
    obey(planned.shift() ?? { kind: 'pass' }, target, incoming, outgoing)
    for (const { count, resolve } of waiting) if (seen.length >= count) resolve()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(() => resolve()))
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.')
  return {
    place: { ...real, endpoint: `http://127.0.0.1:${address.port}${target.pathname}` },
    plan: (...faults) => void planned.push(...faults),
    seen,
    headers,
    arrived: (count) =>
      new Promise((resolve) => {
        if (seen.length >= count) resolve()
        else waiting.push({ count, resolve })
      }),
  }
}
