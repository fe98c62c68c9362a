import { errors } from 'undici'
import { describe, expect, it } from 'vitest'
import { NetworkError, connectErrorOf, exchangeErrorOf, failureOf } from './network-error.ts'

const errorWith = (code: string): Error => Object.assign(new Error(`${code} 10.0.0.1:443`), { code })

describe('connectErrorOf', () => {
  it.each([
    ['ECONNREFUSED', false, 'connect_refused'],
    ['ETIMEDOUT', false, 'connect_timeout'],
    ['EHOSTUNREACH', false, 'connect_failed'],
    ['ENETUNREACH', false, 'connect_failed'],
    ['EADDRNOTAVAIL', false, 'connect_failed'],
    ['ECONNRESET', false, 'connect_failed'],
    ['ECONNRESET', true, 'tls_failed'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', true, 'tls_failed'],
    ['CERT_HAS_EXPIRED', true, 'tls_certificate_expired'],
    ['SELF_SIGNED_CERT_IN_CHAIN', true, 'tls_certificate_untrusted'],
  ])('names %s (TLS under way: %s) %s', (code, reached, kind) => {
    expect(connectErrorOf(errorWith(code), reached)).toMatchObject({
      kind,
      message: failureOf(connectErrorOf(errorWith(code), reached).kind).message,
    })
  })

  it('keeps an error that has its name already', () => {
    const error = new NetworkError('connect_timeout')
    expect(connectErrorOf(error, true)).toBe(error)
  })
})

describe('exchangeErrorOf', () => {
  it.each([
    [new errors.SocketError('other side closed'), 'connection_closed'],
    [new errors.SocketError('bad response'), 'response_invalid'],
    [new errors.HeadersOverflowError(), 'response_invalid'],
    [errorWith('HPE_INVALID_CONSTANT'), 'response_invalid'],
    [new errors.ClientDestroyedError(), 'client_closed'],
    [new errors.InvalidArgumentError('invalid header'), 'request_invalid'],
    [errorWith('ECONNRESET'), 'connection_closed'],
    ['not even an error', 'connection_closed'],
  ])('names %s %s', (error, kind) => {
    expect(exchangeErrorOf(error).kind).toBe(kind)
  })

  it('shows no address, though the error had one', () => {
    expect(exchangeErrorOf(errorWith('ECONNRESET')).message).toBe('The connection was closed before an answer came.')
  })
})
