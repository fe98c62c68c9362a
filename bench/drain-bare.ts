/** The ceiling: the same signed bodies through a bare pool. `node bench/drain-bare.ts <url> <count> <in flight>` */
import { createSigningSecret } from '@imagehooks/receiver/sign'
import { Pool } from 'undici'
import { requestHeaders } from '../src/webhooks/request-headers.ts'
import { benchSecret, makeEvents } from './backlog.ts'

const [url = '', count = '0', inFlight = '1'] = process.argv.slice(2)
const target = new URL(url)
const secret = createSigningSecret(benchSecret)
const events = makeEvents(Number(count))
const pool = new Pool(target.origin, { connections: Number(inFlight) })
const start = performance.now()
let next = 0
await Promise.all(
  Array.from({ length: Number(inFlight) }, async () => {
    for (let event = events[next++]; event; event = events[next++]) {
      const headers = requestHeaders({
        event,
        attemptNumber: 1,
        sentAt: Date.now(),
        secrets: [secret],
        guideSecret: secret,
        userAgent: 'bench',
        headers: {},
      })
      const { statusCode, body } = await pool.request({ method: 'POST', path: '/', headers, body: event.body })
      await body.dump()
      if (statusCode !== 200) throw new Error(`The sink answered ${statusCode}.`)
    }
  }),
)
const seconds = (performance.now() - start) / 1000
await pool.close()
process.stdout.write(`${JSON.stringify({ perSecond: Number(count) / seconds })}\n`)
