import type { ErrorCode } from '../domain/errors.ts'

/** For people: what brings a failure about, and how to mend it. */
export type ErrorHelp = { readonly cause: string; readonly mend: string }

/** One entry for each word; `docs/errors.md` is made of it. */
export const errorHelp: Readonly<Record<ErrorCode, ErrorHelp>> = {
  bad_request: {
    cause:
      'A field, a parameter or the body is not what the call takes. The message names it; `source.pointer` says where.',
    mend: 'Correct the named field.',
  },
  unauthenticated: {
    cause: 'No API token was sent, or it is wrong, revoked, or of another account.',
    mend: 'Send `Authorization: Bearer <token>` with a live token of the account in the path.',
  },
  forbidden: {
    cause: 'The token may only read, or the address answers only to callers on the same machine.',
    mend: 'Use a token with the permission Images Write; ask `/metrics` from the machine itself.',
  },
  route_not_found: { cause: 'No call stands at this address.', mend: 'Compare the path with the API reference.' },
  method_not_allowed: {
    cause: 'The address exists and does not take this method.',
    mend: 'Use one that the `Allow` header names.',
  },
  not_offered: {
    cause: "The call is part of Cloudflare's API and not of this server's.",
    mend: 'See the compatibility table for what takes its place.',
  },
  account_not_found: {
    cause: 'The account id in the path is not 32 lower-case hex digits.',
    mend: 'Copy the id from `imagehooks accounts list`.',
  },
  image_not_found: {
    cause: 'The account has no image with this id.',
    mend: 'Check the id; encode it once in the path.',
  },
  variant_not_found: { cause: 'The account has no variant of this name.', mend: 'List the variants, or create it.' },
  endpoint_not_found: {
    cause: 'There is no such webhook endpoint, or no primary one yet.',
    mend: 'List the endpoints; `PUT …/webhooks` makes the primary one.',
  },
  delivery_not_found: {
    cause: 'There is no such delivery, or it is older than the retention.',
    mend: 'List the deliveries of the endpoint.',
  },
  image_exists: {
    cause: 'The custom id is taken; an upload never overwrites.',
    mend: 'Delete the image first, or choose another id. Repeating the request does not help.',
  },
  upload_url_unknown: {
    cause: 'The address is no upload URL of this server, it expired over an hour ago, or its image was removed.',
    mend: 'Make a new direct upload, and use its `uploadURL` as it was answered, with its query.',
  },
  upload_url_used: {
    cause: 'An image was uploaded to this upload URL already, or ten files were refused at it.',
    mend: 'Make a new direct upload for each image.',
  },
  upload_url_expired: {
    cause: 'The time of this upload URL is over: 30 minutes, unless its `expiry` said otherwise.',
    mend: 'Make a new direct upload; `expiry` may be up to 6 hours away.',
  },
  source_failed: {
    cause: 'The image could not be fetched from `url`; the message says why.',
    mend: 'Make sure that the address answers 200 with the image, from a public address, within 30 seconds.',
  },
  idempotency_mismatch: {
    cause: 'The `Idempotency-Key` was sent with another request within the last 24 hours.',
    mend: 'Use a new key for each request, and the same key only to repeat the same request.',
  },
  image_id_invalid: {
    cause: 'The custom id is a UUID, a word of the API, too long, or begins or ends with a slash.',
    mend: 'Choose another id, or leave it out.',
  },
  image_too_large: { cause: 'The file is over 10 MB.', mend: 'Send a smaller file.' },
  image_area_too_large: {
    cause: 'The image has over 100 megapixels, or a side over 12,000 pixels.',
    mend: 'Scale it down before the upload.',
  },
  animation_too_large: {
    cause: 'All frames of the animation together have over 100 megapixels.',
    mend: 'Send fewer or smaller frames.',
  },
  image_undecodable: {
    cause: 'The bytes begin like an image and cannot be decoded: cut off or damaged.',
    mend: 'Check that the file opens elsewhere and arrived whole.',
  },
  image_format_unsupported: {
    cause: 'The bytes are none of the formats that are taken in, whatever the name or the content type says.',
    mend: 'Send JPEG, PNG, GIF, WebP, AVIF, SVG or HEIC.',
  },
  not_a_form: {
    cause: 'The upload is no form.',
    mend: 'Send `multipart/form-data` with the image in the part `file`.',
  },
  body_too_large: { cause: 'The body is larger than the call takes.', mend: 'Send a smaller one.' },
  upload_aborted: { cause: 'The connection ended before the body was complete.', mend: 'Send it again.' },
  upload_too_slow: { cause: 'The body arrived too slowly.', mend: 'Send it again over a better connection.' },
  upload_failed: { cause: 'The form could not be read to its end.', mend: 'Check its boundary and its parts.' },
  delivery_in_flight: {
    cause: 'An attempt of this delivery runs right now.',
    mend: 'Wait until it has ended, at most 30 seconds, and replay then.',
  },
  cursor_expired: {
    cause: 'The cursor of the feed is older than the retention: events behind it were removed.',
    mend: 'Read on without `after`, and fetch what was removed by listing images.',
  },
  replay_running: {
    cause: 'A replay of this endpoint runs already.',
    mend: 'Wait until it has finished, or cancel it.',
  },
  replay_not_found: {
    cause: 'There is no such replay, or newer ones have taken its place.',
    mend: 'List the replays of the endpoint.',
  },
  endpoint_limit: { cause: 'The account has as many endpoints as it may have.', mend: 'Remove one first.' },
  token_limit: {
    cause: 'The account has as many live API tokens as it may have.',
    mend: 'Revoke one that is not used.',
  },
  token_not_found: { cause: 'The account has no API token with this id.', mend: 'List the tokens.' },
  signing_key_limit: {
    cause: 'The account has as many signing keys as it may have.',
    mend: 'Delete one whose URLs are no longer in use.',
  },
  signing_key_not_found: { cause: 'The account has no signing key of this name.', mend: 'List the keys.' },
  variant_exists: {
    cause: 'The account has a variant of this name.',
    mend: 'Change it by PATCH, or choose another name. Repeating the request does not help.',
  },
  variant_limit: { cause: 'The account has as many variants as it may have.', mend: 'Delete one first.' },
  too_many_requests: {
    cause: 'The token, or the Tests of an endpoint, ask more often than they may.',
    mend: 'Wait for the seconds in `retry-after`.',
  },
  unavailable: {
    cause: 'The database, the storage or the render queue cannot take the request right now.',
    mend: 'Send it again after `retry-after`; nothing was lost that had been acknowledged.',
  },
}
