/** Part of a body: the first and the last byte, both included. */
export type BytePart = { readonly first: number; readonly last: number }

/** `all`: the whole body is answered, as for no range or one we do not know. */
export type WantedPart = 'all' | 'unsatisfiable' | BytePart

/**
 * The part of a body of `sizeBytes` that a request wants (RFC 9110 §14): one range of bytes; several at once are
 * answered with the whole, as the standard allows. `If-Range` has to name the present ETag, strongly.
 */
export const wantedPart = (
  sizeBytes: number,
  etag: string,
  range: string | undefined,
  ifRange: string | undefined,
): WantedPart => {
  const [, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(range?.replaceAll(' ', '') ?? '') ?? []
  if ((from === '' && to === '') || (ifRange !== undefined && ifRange !== etag)) return 'all'
  if (from !== '' && to !== '' && Number(to) < Number(from)) return 'all'
  const first = from === '' ? Math.max(0, sizeBytes - Number(to)) : Number(from)
  const last = from === '' || to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1)
  return first >= sizeBytes || first > last ? 'unsatisfiable' : { first, last }
}
