/** @module Signing on Node, synchronously: what a server sends. */
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { utf8 } from './crypto/text.ts'
import { standardHead, standardKey } from './schemes/standard.ts'

/** A secret whose keys are prepared: make it once, sign with it many times. */
export type SigningSecret = { readonly guideKey: KeyObject; readonly standardKey: KeyObject }

/** Prepares a secret of 1 to 256 characters, not blank. Throws a TypeError for any other; its message does not quote it. */
export const createSigningSecret = (text: string): SigningSecret => {
  if (typeof text !== 'string' || !text.trim() || text.length > 256)
    throw new TypeError('secret is empty, blank or over 256 characters.')
  return { guideKey: createSecretKey(utf8(text)), standardKey: createSecretKey(standardKey(text)) }
}

/** The guide's `x-cloudflare-signature`: lower-case hex HMAC-SHA256 of the body. */
export const signGuide = (secret: SigningSecret, body: Uint8Array): string =>
  createHmac('sha256', secret.guideKey).update(body).digest('hex')

/**
 * One entry of `webhook-signature` (Standard Webhooks): `v1,<base64>` over `id.timestamp.body`. `id` is printable
 * ASCII without a dot, `timestampSeconds` whole Unix seconds; a TypeError otherwise, since no receiver could believe it.
 */
export const signStandard = (secret: SigningSecret, id: string, timestampSeconds: number, body: Uint8Array): string => {
  const head = standardHead(id, timestampSeconds)
  if (!head) throw new TypeError('A webhook id is printable ASCII without a dot, and its time whole Unix seconds.')
  return `v1,${createHmac('sha256', secret.standardKey).update(head).update(body).digest('base64')}`
}
