import { describe, expect, it } from 'vitest'
import { AppError } from '../domain/errors.ts'
import { translate } from './decoder.ts'

describe('translate', () => {
  it.each([
    ['Input image exceeds pixel limit', 'image_area_too_large'],
    ['Processed image is too large for the WebP format', 'image_area_too_large'],
    ['timeout: 63% complete', 'image_undecodable'],
    ['VipsJpeg: premature end of JPEG image', 'image_undecodable'],
  ])('calls "%s" %s and keeps it as the cause', (message, code) => {
    const cause = new Error(message)
    expect(translate(cause)).toMatchObject({ code, cause })
  })

  it('leaves our own errors and strangers as they are', () => {
    const own = new AppError('unavailable', 'Try again.')
    expect(translate(own)).toBe(own)
    expect(translate('a string')).toBe('a string')
  })
})
