import type { FetchedFile } from '../net/fetch-file.ts'
import type { NetworkErrorKind } from '../net/network-error.ts'

/** Why a source gives no image. */
export type SourceFaultWord =
  | 'not_allowed'
  | 'bad_url'
  | 'loop'
  | 'unreadable'
  | 'too_large'
  | 'not_found'
  | 'unresolved'
  | 'denied'
  | 'no_image'
  | 'format_unsupported'
  | 'bad_redirect'
  | 'too_many_redirects'
  | 'broken_off'
  | 'connect_timeout'
  | 'timeout'
  | 'unreachable'
  | 'network'

/** With a sentence that never repeats the address. */
export type SourceFault = { readonly fault: SourceFaultWord; readonly reason: string }

export const isFault = (value: object): value is SourceFault => 'fault' in value

const networkWords: Readonly<Partial<Record<NetworkErrorKind, SourceFaultWord>>> = {
  forbidden_address: 'not_allowed',
  request_invalid: 'bad_url',
  dns_failed: 'unresolved',
  dns_timeout: 'unresolved',
  connect_timeout: 'connect_timeout',
  timeout: 'timeout',
  connect_refused: 'unreachable',
  connect_failed: 'unreachable',
}

const statusFault = (status: number): SourceFaultWord => {
  if (status === 404 || status === 410) return 'not_found'
  return status >= 400 && status < 500 ? 'denied' : 'unreadable'
}

/** What a fetch that brought no file comes to. */
export const faultOfFetch = (file: Exclude<FetchedFile, { outcome: 'fetched' }>): SourceFault => {
  switch (file.outcome) {
    case 'status':
      return { fault: statusFault(file.status), reason: `The source answered with status ${file.status}` }
    case 'failed':
      return {
        fault: networkWords[file.error.kind] ?? 'network',
        reason: `The source could not be read. ${file.error.message}`,
      }
    case 'too_large':
      return { fault: 'too_large', reason: 'The source is too large a file' }
    case 'broken_off':
      return { fault: 'broken_off', reason: 'The source broke off, or did not arrive in time' }
    case 'compressed':
      return { fault: 'unreadable', reason: 'The source came compressed, though that was not asked for' }
    case 'redirect_nowhere':
      return { fault: 'bad_redirect', reason: 'The source redirects without saying where' }
    case 'redirect_refused':
      return { fault: 'bad_redirect', reason: 'The source redirects to an address that is not allowed' }
    case 'too_many_redirects':
      return { fault: 'too_many_redirects', reason: 'The source redirects too often' }
  }
}
