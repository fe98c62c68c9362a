// Makes .dev.vars from .dev.vars.example, with a random secret, unless there is one.
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const target = new URL('.dev.vars', import.meta.url)

if (!existsSync(target)) {
  const example = readFileSync(new URL('.dev.vars.example', import.meta.url), 'utf8')
  const secret = randomBytes(32).toString('base64url')
  writeFileSync(target, example.replace('your_webhook_secret_key', secret), { mode: 0o600 })
  console.log('Made .dev.vars with a new WEBHOOK_SECRET; register your webhook endpoint with that secret.')
}
