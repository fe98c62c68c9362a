/**
 * A receiver in a process of its own; prints its port. The first part of a path says how it answers: `ok` at once, `timed`
 * the same and remembers how long the event was on its way, `hang` after 30 s, `flaky` a tenth of all attempts with 500
 * (first ones alone, so that no delivery waits a minute for its third), `endless` with a body without end, `drip` with one
 * byte a second, `gate` not at all until it is opened.
 */
import { createServer, type ServerResponse } from 'node:http'
import { numberOf, serveCommands } from './commands.ts'

let firsts = 0
let succeeded = 0
let firstAt = 0
let lastAt = 0
let delaysMs: number[] = []
let opened: number | undefined
let gateTimesMs: number[] = []
let atGate = 0
let mostAtGate = 0
let reached: { readonly wanted: number; readonly resolve: () => void } | undefined

const sentAtOf = (body: string): number => Number(/"bench\/([\d.]+)\//.exec(body)?.[1])

const answerFor = (kind: string, attempt: number, response: ServerResponse): void => {
  if (kind === 'hang') setTimeout(() => response.end('late'), 30_000).unref()
  else if (kind === 'flaky' && attempt === 1 && ++firsts % 9 === 0) response.writeHead(500).end('no')
  else if (kind === 'endless') {
    const more = (): void => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
    }
    response.on('drain', more)
    more()
  } else if (kind === 'drip') {
    const dripping = setInterval(() => response.write('x'), 1000)
    response.on('close', () => clearInterval(dripping))
    response.write('x')
  } else if (kind === 'gate') {
    if (opened === undefined) return void response.destroy()
    gateTimesMs.push(performance.now() - opened)
    atGate += 1
    mostAtGate = Math.max(mostAtGate, atGate)
    setTimeout(() => {
      atGate -= 1
      response.end('ok')
    }, 5)
  } else response.end('ok')
}

const server = createServer((request, response) => {
  const [, kind = ''] = (request.url ?? '').split('/')
  let body = ''
  if (kind === 'timed') request.on('data', (chunk: Buffer) => (body += chunk.toString()))
  else request.resume()
  request.on('end', () => {
    const at = performance.timeOrigin + performance.now()
    if (kind === 'timed') delaysMs.push(at - sentAtOf(body))
    answerFor(kind, Number(request.headers['webhook-attempt']), response)
    if (response.statusCode !== 200) return
    succeeded += 1
    firstAt ||= at
    lastAt = at
    if (reached && succeeded >= reached.wanted) reached.resolve()
  })
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object' && address) process.stdout.write(`${address.port}\n`)
})
serveCommands({
  reset() {
    succeeded = firstAt = lastAt = 0
    delaysMs = []
  },
  /** Waits until so many arrived and were answered with 200, or for `withinMs`. */
  async arrived(given) {
    const wanted = numberOf(given, 'count')
    if (succeeded < wanted)
      await new Promise<void>((resolve) => {
        reached = { wanted, resolve }
        setTimeout(resolve, numberOf(given, 'withinMs'))
      })
    return { count: succeeded, perSecond: ((succeeded - 1) * 1000) / Math.max(1, lastAt - firstAt) }
  },
  delays: () => ({ delaysMs }),
  open() {
    opened = performance.now()
    gateTimesMs = []
  },
  gate: () => ({ timesMs: gateTimesMs, mostAtOnce: mostAtGate }),
})
