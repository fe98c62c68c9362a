// Prepares what `npm run dev` needs: .dev.vars with a secret, and the tables of the local database.
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const vars = new URL('.dev.vars', import.meta.url)

if (!existsSync(vars)) {
  const example = readFileSync(new URL('.dev.vars.example', import.meta.url), 'utf8')
  const secret = randomBytes(32).toString('base64url')
  // What the example says of itself is not true of its copy.
  const values = example.replaceAll(/^#.*\n/gm, '')
  writeFileSync(vars, values.replace('your_webhook_secret_key', secret), { mode: 0o600 })
  console.log('Made .dev.vars with a new WEBHOOK_SECRET; register your webhook endpoint with that secret.')
}

// Without a terminal wrangler asks nothing: these tables are local, and only what is new is applied.
const { status, stdout, stderr, error } = spawnSync('wrangler d1 migrations apply DB --local', {
  shell: true,
  stdio: ['ignore', 'pipe', 'pipe'],
  encoding: 'utf8',
  env: { ...process.env, CI: '1', WRANGLER_WRITE_LOGS: 'false' },
})
if (status !== 0) {
  console.error(`The local tables could not be made.\n${error?.message ?? `${stdout}${stderr}`}`)
  process.exit(1)
}
