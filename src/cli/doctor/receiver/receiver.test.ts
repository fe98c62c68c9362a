import { signRequest } from '@imagehooks/receiver/testing'
import { describe, expect, test } from 'vitest'
import {
  blamedIn,
  examined,
  examinedSecret,
  type ExaminedWish,
  type Handle,
} from '../../../../test/ground/examined-receiver.ts'
import { answer, hangUp, redirect } from '../../../../test/ground/reactions.ts'
import { exitCodeOf } from '../finding.ts'
import type { ReceiverFacts } from './facts.ts'
import { judgeReceiver } from './judge-receiver.ts'

/** The same request with another body. */
const withBody = async (request: Request, change: (text: string) => string): Promise<Request> =>
  new Request(request.url, { method: request.method, headers: request.headers, body: change(await request.text()) })

const dayMs = 86_400_000

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
            secret: examinedSecret,
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

const broken: readonly (readonly [how: string, wish: ExaminedWish, blamed: string, mend: RegExp])[] = [
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
    'shows a certificate of tomorrow',
    { certificate: { notBefore: new Date(Date.now() + dayMs) } },
    'failure certificate',
    /clock of this machine/,
  ],
  [
    'shows a certificate of an authority that nobody trusts',
    { certificate: {}, ofStranger: true },
    'failure certificate',
    /whole chain/,
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
  [
    'fails on a signature that is none',
    {
      handle: (good) => (request, clock) =>
        request.headers.get('x-cloudflare-signature') === 'test_signature'
          ? new Response(null, { status: 500 })
          : good(request, clock),
    },
    'failure forged',
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

describe('what stands before a receiver', () => {
  const facts: ReceiverFacts = {
    url: new URL('https://hooks.example/webhooks'),
    limitMs: 30_000,
    now: Date.UTC(2026, 0, 15),
    hasSecret: true,
    lookUp: { ok: true, addresses: ['8.8.8.8'] },
    certificate: undefined,
    answers: {},
    taken: undefined,
  }
  const blamed = (more: Partial<ReceiverFacts>): string[] =>
    judgeReceiver({ ...facts, ...more }).findings.flatMap(({ severity, check, what }) =>
      severity === 'ok' ? [] : [`${severity} ${check}: ${what}`],
    )

  test.each([
    ['connect_refused', 'failure connect: the machine answers, but nothing listens at this port'],
    ['connect_timeout', 'failure connect: nobody answered within 5 seconds'],
    ['connect_failed', 'failure connect: the connection could not be set up'],
    ['tls_failed', 'failure connect: the port answers, but not in TLS 1.2 or later'],
  ] as const)('%s is told in plain words', (kind, sentence) => {
    expect(blamed({ certificate: { ok: false, kind } })).toEqual([sentence])
  })

  test('a name server that does not answer, and addresses that others cannot reach', () => {
    expect(blamed({ lookUp: { ok: false, kind: 'dns_timeout' } })).toEqual([
      'failure dns: no name server said within 3 seconds which address hooks.example has',
    ])
    expect(blamed({ lookUp: { ok: true, addresses: ['8.8.8.8', '10.0.0.5'] } })).toEqual([
      'warning address: 10.0.0.5 cannot be reached from the internet',
    ])
  })
})
