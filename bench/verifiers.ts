/** Who verifies webhooks, and what each does for one: the same on Node and in workerd. */
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'
import { verify as octokitVerify } from '@octokit/webhooks-methods'
import { createReceiver, memoryInbox, sampleEvent } from '@imagehooks/receiver'
import { createVerifier, guideScheme, headersOf, standardScheme } from '@imagehooks/receiver/verify'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import { Stripe } from 'stripe'
import { Webhook as SvixWebhook } from 'svix'

const secretBytes = 'a secret of thirty-two characters'
const secret = `whsec_${Buffer.from(secretBytes).toString('base64')}`
const url = 'https://receiver.example/webhooks'

const hexMac = (key: string, ...parts: readonly (string | Uint8Array)[]): string => {
  const mac = createHmac('sha256', key)
  for (const part of parts) mac.update(part)
  return mac.digest('hex')
}

/** One webhook as each sender would have signed it, now. */
export type Signed = {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** The same, for those that take texts alone. */
  readonly text: string
  /** Hex HMAC-SHA256 of the body. */
  readonly guide: string
  readonly standard: Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>
  readonly stripe: string
}

/** An event of this many bytes. */
export const signedOf = (byteCount: number): Signed => {
  const write = (fill: string): string =>
    JSON.stringify(
      sampleEvent('image.uploaded', { timestamp: new Date().toISOString(), image: { metadata: { fill } } }),
    )
  const text = write('x'.repeat(byteCount - write('').length))
  const bytes = Uint8Array.from(Buffer.from(text))
  const seconds = String(Math.floor(Date.now() / 1000))
  const mac = createHmac('sha256', secretBytes).update(`evt_1.${seconds}.${text}`).digest('base64')
  return {
    bytes,
    text,
    guide: hexMac(secret, bytes),
    standard: { 'webhook-id': 'evt_1', 'webhook-timestamp': seconds, 'webhook-signature': `v1,${mac}` },
    stripe: `t=${seconds},v1=${hexMac(secret, `${seconds}.`, bytes)}`,
  }
}

/** The same webhook with another body. */
export const forgedOf = (signed: Signed): Signed => {
  const text = signed.text.replace('image.uploaded', 'image.deleted ')
  return { ...signed, text, bytes: Uint8Array.from(Buffer.from(text)) }
}

/** What a server prepares once, and what it then does for each webhook; false, or an error, where it is forged. */
export type Contestant = (signed: Signed) => () => unknown

const isNode = typeof navigator === 'undefined' || navigator.userAgent !== 'Cloudflare-Workers'

const bareHmac: Contestant = ({ bytes, guide }) => {
  const key = createSecretKey(Buffer.from(secret))
  return () => timingSafeEqual(createHmac('sha256', key).update(bytes).digest(), Buffer.from(guide, 'hex'))
}

const bareSubtle: Contestant = ({ bytes, guide }) => {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = crypto.subtle.importKey('raw', Buffer.from(secret), algorithm, false, ['verify'])
  return async () => crypto.subtle.verify('HMAC', await key, Buffer.from(guide, 'hex'), bytes)
}

/** The least that verifies on this runtime: one MAC, one comparison. */
export const bareName = isNode ? 'bare createHmac + compare' : 'bare subtle.verify'

/** Those that verify one webhook whose bytes, or text, are there. */
export const verifiers: Readonly<Record<string, Contestant>> = {
  [bareName]: isNode ? bareHmac : bareSubtle,
  'ours, guide': ({ bytes, guide }) => {
    const verify = createVerifier(secret, [standardScheme, guideScheme])
    const headers = headersOf({ 'x-cloudflare-signature': guide })
    return async () => (await verify(headers, bytes)).ok
  },
  'ours, Standard Webhooks': ({ bytes, standard }) => {
    const verify = createVerifier(secret, [standardScheme, guideScheme])
    const headers = headersOf(standard)
    return async () => (await verify(headers, bytes)).ok
  },
  '@octokit/webhooks-methods': ({ text, guide }) => {
    const signature = `sha256=${guide}`
    return () => octokitVerify(secret, text, signature)
  },
  'standardwebhooks, with JSON.parse': ({ text, standard }) => {
    const webhook = new StandardWebhook(secret)
    return () => webhook.verify(text, standard)
  },
  'svix, with JSON.parse': ({ text, standard }) => {
    const webhook = new SvixWebhook(secret)
    return () => webhook.verify(text, standard)
  },
  'stripe, with JSON.parse': ({ text, stripe }) =>
    isNode
      ? () => Stripe.webhooks.constructEvent(text, stripe, secret)
      : () => Stripe.webhooks.constructEventAsync(text, stripe, secret),
}

const requestOf = ({ bytes, guide }: Signed): Request =>
  new Request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-cloudflare-signature': guide },
    body: bytes,
  })

/** Those that answer a whole request. */
export const pipelines: Readonly<Record<string, Contestant>> = {
  'bare handler: bytes, MAC, JSON.parse, answer': (signed) => {
    const verifyBytes = (verifiers[bareName] ?? bareHmac)(signed)
    return async () => {
      const bytes = await requestOf(signed).arrayBuffer()
      if (!(await verifyBytes())) return false
      JSON.parse(new TextDecoder().decode(bytes))
      return new Response('{"code":"done"}').ok
    }
  },
  'ours: the whole receiver': (signed) => {
    const memory = memoryInbox()
    // Forgets what it has handled, so that each round is a first one.
    const complete = async (key: string, token: string): Promise<boolean> => {
      await memory.release(key, token)
      return true
    }
    const receiver = createReceiver({ secrets: secret, inbox: { ...memory, complete }, unknown: 'error' })
    receiver.on('image.uploaded', () => {})
    return async () => (await receiver.fetch(requestOf(signed))).ok
  },
}

const contestants: Readonly<Record<string, Contestant>> = { ...verifiers, ...pipelines }

type Prepared = { readonly contestant: Contestant; readonly signed: Signed; readonly run: () => unknown }

const known = new Map<string, Prepared>()

/** One of both kinds with a body of this many bytes, prepared once, as a server is: what is made anew is never warm. */
export const prepared = (name: string, byteCount: number): Prepared => {
  const key = `${name} ${byteCount}`
  const found = known.get(key)
  if (found) return found
  const contestant = contestants[name]
  if (!contestant) throw new Error(`There is no contestant ${name}.`)
  const signed = signedOf(byteCount)
  const made = { contestant, signed, run: contestant(signed) }
  known.set(key, made)
  return made
}

/** Whether one believes a webhook: some answer nothing, or the event, where they do. */
const believes = async (contestant: Contestant, signed: Signed): Promise<boolean> => {
  try {
    return (await contestant(signed)()) !== false
  } catch {
    return false
  }
}

/** Throws where one believes what is forged, or not what is genuine. */
export const checkContestant = async (name: string, contestant: Contestant, signed: Signed): Promise<void> => {
  if (!(await believes(contestant, signed))) throw new Error(`${name} does not believe what is genuine.`)
  if (await believes(contestant, forgedOf(signed))) throw new Error(`${name} believes what is forged.`)
}

/** Does it so often. */
export const repeat = async (run: () => unknown, count: number): Promise<void> => {
  for (let done = 0; done < count; done++) {
    const ended = run()
    if (ended instanceof Promise) await ended
  }
}
