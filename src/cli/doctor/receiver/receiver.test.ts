import { createReceiver, memoryInbox } from '@imagehooks/receiver'
import { signRequest } from '@imagehooks/receiver/testing'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type Authority, type CertificateWish, createAuthority } from '../../../../test/ground/authority.ts'
import { fakeClock, type FakeClock } from '../../../../test/ground/fake-clock.ts'
import { answer, hangUp, type Reaction, redirect } from '../../../../test/ground/reactions.ts'
import { type ReceivedRequest, testReceiver } from '../../../../test/ground/receiver.ts'
import { testResolver } from '../../../../test/ground/resolver.ts'
import { systemRandom } from '../../../domain/random.ts'
import { anyAddress, ownClient } from '../../own-client.ts'
import { exitCodeOf, type Report } from '../finding.ts'
import { examineReceiver } from './examine.ts'
import { judgeReceiver } from './judge-receiver.ts'

const secret = 'your_webhook_secret_key'
const dayMs = 86_400_000

let authority: Authority
beforeAll(async () => {
  authority = await createAuthority()
})

type Handle = (request: Request, clock: FakeClock) => Promise<Response> | Response

/** The real receiver, by the clock of the test or one beside it. */
const goodReceiver = (clock: FakeClock, skewMs = 0) =>
  createReceiver({
    secrets: secret,
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

/** The same request with another body. */
const withBody = async (request: Request, change: (text: string) => string): Promise<Request> =>
  new Request(request.url, { method: request.method, headers: request.headers, body: change(await request.text()) })

type Wish = {
  /** What stands before the good receiver, or in its place. */
  readonly handle?: (good: Handle) => Handle
  readonly react?: (request: ReceivedRequest) => Reaction | undefined
  /** Its clock before the test's. */
  readonly skewMs?: number
  readonly sendsDate?: boolean
  readonly certificate?: Partial<CertificateWish>
  readonly path?: string
  readonly host?: string
  readonly knows?: string | null
  readonly addresses?: readonly string[]
}

/** Starts a receiver on a real socket, examines it, and answers the report. */
const examined = async (wish: Wish = {}): Promise<Report> => {
  const clock = fakeClock(Date.now())
  const good = goodReceiver(clock, wish.skewMs)
  const base: Handle = (request) => good.fetch(request)
  const handle = wish.handle?.(base) ?? base
  const tls = wish.certificate
    ? await authority.issue({
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
  const names = testResolver({ 'hooks.example': wish.addresses ?? ['127.0.0.1'] })
  const outside = { clock, resolver: names.resolve, tlsAuthorities: [authority.pem] }
  const client = ownClient(outside, anyAddress)
  onTestFinished(() => client.destroy())
  const host = wish.host ?? (tls ? 'hooks.example' : '127.0.0.1')
  const url = new URL(`${tls ? 'https' : 'http'}://${host}:${receiver.port}${wish.path ?? '/webhooks'}`)
  const facts = await examineReceiver(url, {
    ...outside,
    client,
    random: systemRandom,
    secret: wish.knows === null ? undefined : (wish.knows ?? secret),
    accountId: 'test',
    headers: {},
    limitMs: 30_000,
    tell() {},
  })
  return judgeReceiver(facts)
}

/** What is blamed: the name of each check with its severity. */
const blamedIn = ({ findings }: Report): string[] =>
  findings.filter(({ severity }) => severity !== 'ok').map(({ check, severity }) => `${severity} ${check}`)

describe('a good receiver', () => {
  test('passes every check over https', async () => {
    const report = await examined({ certificate: {} })
    expect(blamedIn(report)).toEqual([])
    expect(report.unmade).toEqual([])
    expect(report.findings.map(({ check }) => check)).toEqual([
      'https',
      'dns',
      'address',
      'connect',
      'certificate',
      'route',
      'unsigned',
      'forged',
      'tampered',
      'verify-first',
      'genuine',
      'raw-bytes',
      'repeat',
      'malformed',
      'old',
      'large',
      'oversize',
      'answer-time',
      'clock',
      'methods',
      'rate-limit',
    ])
    expect(exitCodeOf(report, true)).toBe(0)
  })

  test('passes by plain http on this machine, and is told that this is for development', async () => {
    const report = await examined()
    expect(blamedIn(report)).toEqual([])
    expect(report.findings[0]).toMatchObject({ check: 'https', what: expect.stringContaining('fine on this machine') })
  })

  test('passes as far as can be seen without its secret, which is told', async () => {
    const report = await examined({ knows: null })
    expect(blamedIn(report)).toEqual(['warning secret'])
    expect(report.unmade.map(({ check }) => check)).toEqual([
      'tampered',
      'genuine',
      'raw-bytes',
      'repeat',
      'malformed',
      'old',
      'large',
      'oversize',
      'answer-time',
    ])
    expect(exitCodeOf(report, false)).toBe(0)
    expect(exitCodeOf(report, true)).toBe(2)
  })
})

/** Signs anew whatever comes, as one does who believes everything. */
const believing =
  (good: Handle): Handle =>
  async (request, clock) =>
    request.method === 'GET'
      ? good(request, clock)
      : good(
          await signRequest({
            url: request.url,
            secret,
            body: new Uint8Array(await request.arrayBuffer()),
            sentAt: clock.now(),
          }),
          clock,
        )

const seen = (): ((request: Request) => boolean) => {
  const ids = new Set<string>()
  return (request) => {
    const id = request.headers.get('webhook-id') ?? ''
    const known = ids.has(id)
    ids.add(id)
    return known
  }
}

const broken: readonly (readonly [how: string, wish: Wish, blamed: string, mend: RegExp])[] = [
  ['speaks plain http to others', { host: 'hooks.example' }, 'failure https', /certificate/],
  [
    'shows an expired certificate',
    { certificate: { notBefore: new Date(Date.now() - 9 * dayMs), notAfter: new Date(Date.now() - dayMs) } },
    'failure certificate',
    /Renew it/,
  ],
  ['shows a certificate that it signed itself', { certificate: { selfSigned: true } }, 'failure certificate', /ACME/],
  [
    'shows the certificate of another host',
    { certificate: { hosts: ['other.example'] } },
    'failure certificate',
    /names hooks\.example/,
  ],
  [
    'shows a certificate that ends in a week',
    { certificate: { notAfter: new Date(Date.now() + 7 * dayMs) } },
    'warning certificate',
    /Renew it now/,
  ],
  ['refuses nothing', { handle: believing }, 'failure unsigned', /answer 401/],
  [
    'looks only whether there is a signature',
    {
      handle: (good) => (request, clock) =>
        request.headers.has('x-cloudflare-signature') ? believing(good)(request, clock) : good(request, clock),
    },
    'failure forged',
    /HMAC of the body/,
  ],
  [
    'takes its time',
    {
      handle: (good) => async (request, clock) => {
        const response = await good(request, clock)
        if (response.ok) clock.advance(12_000)
        return response
      },
    },
    'warning answer-time',
    /queue/,
  ],
  [
    'never answers what it accepts',
    {
      handle: (good) => async (request, clock) => {
        const response = await good(request, clock)
        if (response.ok) clock.advance(30_001)
        return response
      },
    },
    'failure answer-time',
    /queue/,
  ],
  [
    'never answers anything',
    {
      handle: (good) => (request, clock) => {
        clock.advance(30_001)
        return good(request, clock)
      },
    },
    'failure answer-time',
    /queue/,
  ],
  [
    'fails on a repeat',
    {
      handle: (good) => {
        const isKnown = seen()
        return async (request, clock) => {
          const response = await good(request.clone(), clock)
          return response.ok && isKnown(request) ? new Response(null, { status: 500 }) : response
        }
      },
    },
    'failure repeat',
    /upsert/,
  ],
  [
    'verifies a part of the body only',
    {
      handle: (good) => async (request, clock) =>
        good(
          request.method === 'GET' ? request : await withBody(request, (text) => text.replace('evil.jpg', 'test.jpg')),
          clock,
        ),
    },
    'failure tampered',
    /bytes of the body/,
  ],
  [
    'parses before it verifies',
    {
      handle: (good) => async (request, clock) => {
        try {
          if (request.method === 'POST') JSON.parse(await request.clone().text())
        } catch {
          return new Response(null, { status: 400 })
        }
        return good(request, clock)
      },
    },
    'failure verify-first',
    /raw bytes/,
  ],
  [
    'drops large bodies',
    {
      handle: (good) => async (request, clock) =>
        Number(request.headers.get('content-length')) > 16_384
          ? new Response(null, { status: 413 })
          : good(request, clock),
    },
    'failure large',
    /64 KiB/,
  ],
  ['has a clock ten minutes ahead', { skewMs: 600_000 }, 'failure clock', /NTP/],
  ['has a clock ten minutes behind', { skewMs: -600_000 }, 'failure clock', /NTP/],
  ['has a clock two minutes ahead', { skewMs: 120_000 }, 'warning clock', /NTP/],
  [
    'fails on what is no event',
    {
      handle: (good) => async (request, clock) => {
        const response = await good(request, clock)
        return response.status === 422 && (await response.clone().text()).includes('payload_invalid')
          ? new Response(null, { status: 500 })
          : response
      },
    },
    'failure malformed',
    /422/,
  ],
  [
    'takes what was signed three days ago',
    {
      handle: (good) => async (request, clock) => {
        const response = await good(request.clone(), clock)
        const isStale = response.status === 422 && (await response.clone().text()).includes('stale')
        return isStale ? new Response(null, { status: 200 }) : response
      },
    },
    'warning old',
    /webhook-timestamp/,
  ],
  [
    'reads bodies of any size',
    {
      handle: (good) => async (request, clock) =>
        Number(request.headers.get('content-length')) > 65_536
          ? new Response(null, { status: 200 })
          : good(request, clock),
    },
    'warning oversize',
    /413/,
  ],
  [
    'verifies what it wrote again',
    {
      handle: (good) => async (request, clock) =>
        good(
          request.method === 'GET'
            ? request
            : await withBody(request, (text) => {
                try {
                  return JSON.stringify(JSON.parse(text))
                } catch {
                  return text
                }
              }),
          clock,
        ),
    },
    'warning raw-bytes',
    /express\.raw/,
  ],
  [
    'answers a GET like a webhook',
    { handle: (good) => (request, clock) => (request.method === 'GET' ? new Response('hello') : good(request, clock)) },
    'warning methods',
    /405/,
  ],
  [
    'fails where a signature is missing',
    {
      handle: (good) => async (request, clock) =>
        request.method === 'POST' && !request.headers.has('x-cloudflare-signature')
          ? new Response(null, { status: 500 })
          : good(request, clock),
    },
    'failure unsigned',
    /instead of throwing/,
  ],
  ['has another secret', { knows: 'another' }, 'failure genuine', /imagehooks verify/],
  [
    'verifies the guide’s header alone, and the other wrongly',
    {
      handle: (good) => (request, clock) =>
        request.headers.has('webhook-signature') ? new Response(null, { status: 401 }) : good(request, clock),
    },
    'failure genuine',
    /whsec_/,
  ],
  ['sends the client elsewhere', { react: () => redirect('/elsewhere') }, 'failure redirect', /\/elsewhere$/],
  ['has no such path', { path: '/other' }, 'failure route', /path of the URL/],
  ['hangs up', { react: () => hangUp() }, 'failure connect', /log of the receiver/],
  ['has a name that nobody knows', { host: 'nowhere.localhost' }, 'failure dns', /A and AAAA/],
]

test.each(broken)(
  'a receiver that %s is named with its mend, and nothing else is blamed',
  async (_how, wish, blamed, mend) => {
    const report = await examined(wish)
    expect(blamedIn(report)).toEqual([blamed])
    const finding = report.findings.find(({ severity }) => severity !== 'ok')
    expect(finding).toMatchObject({ why: expect.stringMatching(/\.$/), fix: expect.stringMatching(mend) })
    expect(exitCodeOf(report, false)).toBe(blamed.startsWith('failure') ? 1 : 0)
  },
)

test('one that limits requests is told so, and what was not answered is not judged', async () => {
  let count = 0
  const report = await examined({ react: () => (++count % 3 === 0 ? answer(429) : undefined) })
  expect(blamedIn(report)).toEqual(['warning rate-limit'])
  expect(report.unmade).not.toEqual([])
})

test('one whose answers do not say the time has no clock that could be judged', async () => {
  const report = await examined({ sendsDate: false })
  expect(blamedIn(report)).toEqual([])
  expect(report.unmade).toEqual([{ check: 'clock', because: 'its answers do not say the time' }])
})
