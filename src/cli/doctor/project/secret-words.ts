/** Words that a name of a secret holds, and what may stand behind them without making it one. */
const secretWords =
  /(^|_)(secrets?|tokens?|passwords?|passwd|pass|passphrase|credentials?|hmac|bearer|(api|private|signing|secret|access|auth|encryption|master)_?key|apikey|jwt)(_|$)/
const harmlessEnds =
  /_(url|uri|id|name|header|ttl|seconds|ms|minutes|hours|days|length|bytes|count|limit|type|issuer|audience|path|endpoint|algorithm|prefix|cookie|field|param|public|expiry|version)$/
const harmlessWords = /(^|_)(public|publishable|site_?key)(_|$)/

/** `webhookSecret` and `WEBHOOK-SECRET` as `webhook_secret`. */
const snakeCase = (name: string): string =>
  name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1_$2')
    .replaceAll(/[^A-Za-z\d]+/g, '_')
    .toLowerCase()

/** Forms that only secrets have: those of this project, private keys, well-known API keys, a password in a URL. */
const secretForms = [
  /^whsec_/,
  /^ih_[\w-]{20,}$/,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /^(sk|rk)_(live|test)_/,
  /^gh[pousr]_\w{20,}/,
  /^xox[abposr]-/,
  /^Bearer \S{16,}/,
  /^[a-z][a-z\d+.-]*:\/\/[^\s/:@]+:[^\s/@]+@/i,
]

/** Whether a variable is a secret, by its name or the form of its value. */
export const isSecret = (name: string, text: string | undefined): boolean => {
  if (text === undefined || text.trim() === '') return false
  if (secretForms.some((form) => form.test(text))) return true
  const words = snakeCase(name)
  return secretWords.test(words) && !harmlessEnds.test(words) && !harmlessWords.test(words)
}
