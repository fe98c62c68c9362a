import { expect, test } from 'vitest'
import { buildConfig } from './config.ts'
import { ConfigError } from './config-error.ts'
import { readSettings } from './env.ts'

const alertsOf = (environment: Record<string, string>) =>
  buildConfig(
    'serve',
    readSettings(
      {},
      Object.fromEntries(Object.entries(environment).map(([name, text]) => [`IMAGEHOOKS_${name}`, text])),
    ),
    '/srv',
  ).alerts

const email = { ALERT_EMAIL_FROM: 'Hooks <hooks@example.com>', ALERT_EMAIL_TO: 'ops@example.com, night@example.com' }

test('a URL and its secret', () => {
  expect(alertsOf({ ALERT_URL: 'https://alerts.example/x?token=1', ALERT_SECRET: 'hush' })).toEqual({
    url: { url: 'https://alerts.example/x?token=1', secret: 'hush' },
  })
})

test('e-mail, with the ports that mail uses and credentials decoded', () => {
  const parties = { from: 'Hooks <hooks@example.com>', to: ['ops@example.com', 'night@example.com'] }
  expect(alertsOf({ ...email, SMTP_URL: 'smtp://mail.example' })).toEqual({
    email: { server: { host: 'mail.example', port: 587, secure: false }, ...parties },
  })
  expect(alertsOf({ ...email, SMTP_URL: 'smtps://ops%40example.com:p%2Fw@[::1]' })).toEqual({
    email: {
      server: { host: '::1', port: 465, secure: true, credentials: { user: 'ops@example.com', password: 'p/w' } },
      ...parties,
    },
  })
})

test.each([
  [{ ALERT_URL: 'hush' }, /IMAGEHOOKS_ALERT_URL must be a URL/],
  [{ ALERT_URL: 'https://a.example/hush' }, /IMAGEHOOKS_ALERT_SECRET must be set with IMAGEHOOKS_ALERT_URL/],
  [{ ALERT_SECRET: 'hush' }, /set both or neither/],
  [{ ALERT_URL: 'https://a.example', ALERT_SECRET: 'hush'.repeat(65) }, /1 to 256 characters/],
  [email, /belong together: set all or none/],
  [{ SMTP_URL: 'smtp://u:hush@mail.example' }, /belong together/],
  [{ ...email, SMTP_URL: 'http://u:hush@mail.example' }, /IMAGEHOOKS_SMTP_URL must be a URL such as smtp:/],
  [{ ...email, SMTP_URL: 'smtp://u:hush@mail.example?tls.rejectUnauthorized=false' }, /without path and query/],
  [{ ...email, SMTP_URL: 'smtp://hush@mail.example' }, /IMAGEHOOKS_SMTP_URL must be/],
  [{ ...email, SMTP_URL: 'smtp://u:hush%zz@mail.example' }, /IMAGEHOOKS_SMTP_URL must be/],
  [{ ...email, SMTP_URL: 'smtp://mail.example', ALERT_EMAIL_TO: 'ops' }, /must hold e-mail addresses/],
  [{ ...email, SMTP_URL: 'smtp://mail.example', ALERT_EMAIL_TO: ',' }, /must hold 1 to 20 addresses/],
  [
    { ...email, SMTP_URL: 'smtp://mail.example', ALERT_EMAIL_FROM: 'a@example.com\r\nbcc: b@example.com' },
    /must hold e-mail addresses/,
  ],
])('%j is refused in a sentence that quotes nothing', (environment, sentence) => {
  let message = ''
  try {
    alertsOf(environment)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    message = error.message
  }
  expect(message).toMatch(sentence)
  expect(message).not.toContain('hush')
})

test('proxy credentials come from the environment', () => {
  const settings = readSettings({}, { IMAGEHOOKS_PROXY_URL: 'http://u:p%3Aw@proxy:3128' })
  expect(buildConfig('serve', settings, '/srv').proxy).toEqual({
    host: 'proxy',
    port: 3128,
    secure: false,
    credentials: { user: 'u', password: 'p:w' },
  })
})
