/** Names a request's caller may not set: the client writes them, or they would change where and how the bytes go. */
export const connectionHeaders: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** RFC 9110 §5.6.2. */
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

/** Whether a text can be the name of a header. */
export const isHeaderName = (text: string): boolean => token.test(text)

/** RFC 9110 §5.5: no control characters but the tab, and nothing that does not fit into one byte. */
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/

/** What of a request can be malformed. */
export type CheckableRequest = {
  readonly url: URL
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Whether a request can be written without harm. Headers are checked long before, where they are configured; this is the
 * last line, so that no line break ever reaches a socket.
 */
export const isSendable = ({ url, method, headers }: CheckableRequest): boolean => {
  if ((url.protocol !== 'https:' && url.protocol !== 'http:') || !token.test(method) || method === 'CONNECT')
    return false
  for (const name of Object.keys(headers)) {
    if (!token.test(name) || connectionHeaders.has(name.toLowerCase()) || !fieldValue.test(headers[name] ?? ''))
      return false
  }
  return true
}
