import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '../../src/domain/clock.ts'

/** What a receiver does with one request once it has read it whole. Make one with the functions below, or write your own. */
export type Reaction = (response: ServerResponse<IncomingMessage>) => void

type Headers = Readonly<Record<string, string | readonly string[]>>

const writeHead = (response: ServerResponse, status: number, headers: Headers): void => {
  response.writeHead(
    status,
    Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
    ),
  )
}

/** Answers with a status, a body and headers. */
export const answer =
  (status: number, body: string | Uint8Array = '', headers: Headers = {}): Reaction =>
  (response) => {
    writeHead(response, status, { 'content-length': String(Buffer.byteLength(body)), ...headers })
    response.end(body)
  }

/** Sends the client elsewhere. */
export const redirect = (location: string, status = 302): Reaction => answer(status, '', { location })

/** Never answers; the connection stays open. */
export const hang = (): Reaction => () => {}

/** Closes the connection in good order, without an answer. */
export const hangUp = (): Reaction => (response) => void response.socket?.end()

/** Breaks the connection off with a TCP reset. */
export const reset = (): Reaction => (response) => void response.socket?.resetAndDestroy()

/** Answers with a status and then a byte of body every `everyMs` of the given clock, for ever. */
export const drip =
  (clock: Clock, everyMs = 1000, status = 200): Reaction =>
  (response) => {
    writeHead(response, status, {})
    const next = (): void => {
      if (response.destroyed) return
      response.write('.')
      clock.after(everyMs, next)
    }
    next()
  }

/** Answers with a status and a body that never ends, as fast as it is read. */
export const endless =
  (status = 200): Reaction =>
  (response) => {
    writeHead(response, status, {})
    const chunk = Buffer.alloc(65_536, 'x')
    const fill = (): void => {
      while (!response.destroyed && response.write(chunk));
    }
    response.on('drain', fill)
    fill()
  }

/** Writes these bytes to the connection as they are, valid HTTP or not, and leaves it open. */
export const raw =
  (bytes: string | Uint8Array): Reaction =>
  (response) =>
    void response.socket?.write(bytes)
