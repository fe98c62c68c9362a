/** A receiver to paste, for one place where it may run. */
export type ReceiverCode = {
  readonly name: string
  /** What to type into a terminal first. */
  readonly install: string
  readonly code: string
}

const install = (...others: readonly string[]): string => ['npm install @imagehooks/receiver', ...others].join(' ')

const imports = (...lines: readonly string[]): string =>
  ["import { createReceiver, memoryInbox } from '@imagehooks/receiver'", ...lines].join('\n')

/** The receiver itself; `memoryInbox` knows repeats until the process ends, and the package has others that know more. */
const receiver = (head: string, secret: string): string => `${head} createReceiver({
  secrets: ${secret},
  inbox: memoryInbox(),
  unknown: 'ignore',
}).on('image.uploaded', async ({ event }) => {
  console.log('uploaded', event.image.id)
})`

const fromProcess = receiver('const receiver =', 'process.env.WEBHOOK_SECRET')

/** One receiver in many places: the same lines, and what binds them to the place. */
export const receivers: readonly ReceiverCode[] = [
  {
    name: 'Worker',
    install: install(),
    code: `${imports()}

${receiver('export default', '(env) => env.WEBHOOK_SECRET')}
`,
  },
  {
    name: 'Node',
    install: install(),
    code: `import { createServer } from 'node:http'
${imports("import { nodeHandler } from '@imagehooks/receiver/node'")}

${fromProcess}

createServer(nodeHandler(receiver)).listen(process.env.PORT ?? 8787)
`,
  },
  {
    name: 'Express',
    install: install('express'),
    code: `import express from 'express'
${imports("import { expressHandler } from '@imagehooks/receiver/express'")}

${fromProcess}

// Above app.use(express.json()): the signature is over the bytes as they came.
const app = express().all('/webhooks', expressHandler(receiver))
app.listen(process.env.PORT ?? 8787)
`,
  },
  {
    name: 'Fastify',
    install: install('fastify'),
    code: `import { fastify } from 'fastify'
${imports("import { fastifyReceiver } from '@imagehooks/receiver/fastify'")}

${fromProcess}

const app = fastify()
await app.register(fastifyReceiver(receiver), { path: '/webhooks' })
await app.listen({ port: process.env.PORT ?? 8787 })
`,
  },
  {
    name: 'Hono',
    install: install('hono', '@hono/node-server'),
    code: `import { serve } from '@hono/node-server'
import { Hono } from 'hono'
${imports("import { honoHandler } from '@imagehooks/receiver/hono'")}

${fromProcess}

const app = new Hono().all('/webhooks', honoHandler(receiver))
serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 8787) })
`,
  },
  {
    name: 'Next.js',
    install: install(),
    code: `// app/webhooks/route.js
${imports("import { nextHandler } from '@imagehooks/receiver/next'")}

${fromProcess}

export const POST = nextHandler(receiver)
`,
  },
  {
    name: 'Lambda',
    install: install(),
    code: `${imports("import { lambdaHandler } from '@imagehooks/receiver/lambda'")}

${fromProcess}

export const handler = lambdaHandler(receiver)
`,
  },
  {
    name: 'Deno',
    install: 'deno add npm:@imagehooks/receiver',
    code: `${imports("import { denoHandler } from '@imagehooks/receiver/deno'")}

${receiver('const receiver =', "Deno.env.get('WEBHOOK_SECRET')")}

Deno.serve({ port: Number(Deno.env.get('PORT') ?? 8787) }, denoHandler(receiver))
`,
  },
  {
    name: 'Bun',
    install: 'bun add @imagehooks/receiver',
    code: `${imports("import { bunHandler } from '@imagehooks/receiver/bun'")}

${fromProcess}

Bun.serve({ port: process.env.PORT ?? 8787, fetch: bunHandler(receiver) })
`,
  },
]
