import { createReceiver, memoryInbox } from '@imagehooks/receiver'
import { onTestFinished } from 'vitest'
import { systemRandom } from '../../src/domain/random.ts'
import { examineReceiver } from '../../src/cli/doctor/receiver/examine.ts'
import { judgeReceiver } from '../../src/cli/doctor/receiver/judge-receiver.ts'
import type { Report } from '../../src/cli/doctor/finding.ts'
import { anyAddress, ownClient } from '../../src/cli/own-client.ts'
import { type Authority, type CertificateWish, createAuthority } from './authority.ts'
import { fakeClock, type FakeClock } from './fake-clock.ts'
import { answer, type Reaction } from './reactions.ts'
import { type ReceivedRequest, testReceiver } from './receiver.ts'
import { testResolver } from './resolver.ts'

/** The secret that the receivers know. */
export const examinedSecret = 'your_webhook_secret_key'
const dayMs = 86_400_000

let made: Promise<readonly [trusted: Authority, stranger: Authority]> | undefined

const authorities = () => (made ??= Promise.all([createAuthority(), createAuthority('An authority nobody trusts')]))

/** How a receiver answers. */
export type Handle = (request: Request, clock: FakeClock) => Promise<Response> | Response

/** The real receiver, by the clock of the test or one beside it. */
const goodReceiver = (clock: FakeClock, skewMs = 0) =>
  createReceiver({
    secrets: examinedSecret,
    inbox: memoryInbox({ now: clock.now }),
    unknown: 'ignore',
    path: '/webhooks',
    now: () => clock.now() + skewMs,
    log: { error() {} },
  }).on('image.uploaded', () => {})

const requestOf = ({ method, path, headers, body }: ReceivedRequest): Request =>
  new Request(`http://receiver.example${path}`, {
    method,
    headers: Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
    ...(method === 'GET' ? {} : { body: new Uint8Array(body) }),
  })

/** A receiver that is good but for this. */
export type ExaminedWish = {
  /** What stands before the good receiver, or in its place. */
  readonly handle?: (good: Handle) => Handle
  /** Reacts in its place where it wants to. */
  readonly react?: (request: ReceivedRequest) => Reaction | undefined
  /** Its clock before the test's. */
  readonly skewMs?: number
  readonly sendsDate?: boolean
  /** Speaks TLS, with a certificate for hooks.example and 90 days unless this says otherwise. */
  readonly certificate?: Partial<CertificateWish>
  /** By an authority that nobody trusts. */
  readonly ofStranger?: boolean
  readonly path?: string
  /** The host in its URL; hooks.example leads to it. */
  readonly host?: string
  /** The secret it is examined with; null: none. */
  readonly knows?: string | null
}

/** Starts a receiver on a real socket, examines it, and answers the report. */
export const examined = async (wish: ExaminedWish = {}): Promise<Report> => {
  const clock = fakeClock(Date.now())
  const good = goodReceiver(clock, wish.skewMs)
  const base: Handle = (request) => good.fetch(request)
  const handle = wish.handle?.(base) ?? base
  const [trusted, stranger] = await authorities()
  const tls = wish.certificate
    ? await (wish.ofStranger ? stranger : trusted).issue({
        hosts: ['hooks.example'],
        notAfter: new Date(Date.now() + 90 * dayMs),
        ...wish.certificate,
      })
    : undefined
  const receiver = await testReceiver({
    ...(tls ? { tls } : {}),
    async respond(received) {
      const reaction = wish.react?.(received)
      if (reaction) return reaction
      const response = await handle(requestOf(received), clock)
      return (outgoing) => {
        if (wish.sendsDate === false) outgoing.sendDate = false
        else outgoing.setHeader('date', new Date(clock.now() + (wish.skewMs ?? 0)).toUTCString())
        answer(response.status, '', Object.fromEntries(response.headers))(outgoing)
      }
    },
  })
  const names = testResolver({ 'hooks.example': ['127.0.0.1'] })
  const outside = { clock, resolver: names.resolve, tlsAuthorities: [trusted.pem] }
  const client = ownClient(outside, anyAddress)
  onTestFinished(() => client.destroy())
  const host = wish.host ?? (tls ? 'hooks.example' : '127.0.0.1')
  const url = new URL(`${tls ? 'https' : 'http'}://${host}:${receiver.port}${wish.path ?? '/webhooks'}`)
  const facts = await examineReceiver(url, {
    ...outside,
    client,
    random: systemRandom,
    secret: wish.knows === null ? undefined : (wish.knows ?? examinedSecret),
    accountId: 'test',
    headers: {},
    limitMs: 30_000,
    tell() {},
  })
  return judgeReceiver(facts)
}

/** What is blamed: the severity and the name of each check that is not well. */
export const blamedIn = ({ findings }: Report): string[] =>
  findings.filter(({ severity }) => severity !== 'ok').map(({ check, severity }) => `${severity} ${check}`)
