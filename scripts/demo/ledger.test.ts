import { describe, expect, test } from 'vitest'
import { balance, isKept, type Receipt } from './ledger.ts'

const receipt = (imageId: string, more: Partial<Receipt> = {}): Receipt => ({
  webhookId: `evt_${imageId}`,
  imageId,
  bodyDigest: `digest of ${imageId}`,
  isGenuine: true,
  ...more,
})

const both = new Set(['one', 'two'])

describe('the ledger', () => {
  test('balances when every acknowledged image was told, and counts what was told besides', () => {
    const ledger = balance(both, [receipt('two'), receipt('one'), receipt('three')])
    expect(ledger).toEqual({
      acknowledgedCount: 2,
      receivedCount: 2,
      lost: [],
      unacknowledgedCount: 1,
      duplicateCount: 0,
      alteredCount: 0,
      forgedCount: 0,
    })
    expect(isKept(ledger)).toBe(true)
  })

  test('names what was acknowledged and never told', () => {
    const ledger = balance(both, [receipt('one')])
    expect(ledger).toMatchObject({ receivedCount: 1, lost: ['two'] })
    expect(isKept(ledger)).toBe(false)
  })

  test('counts each time a webhook comes again, which breaks no promise', () => {
    const ledger = balance(both, [receipt('one'), receipt('two'), receipt('one'), receipt('one')])
    expect(ledger).toMatchObject({ duplicateCount: 2, alteredCount: 0 })
    expect(isKept(ledger)).toBe(true)
  })

  test('does not forgive a webhook that comes again with another body', () => {
    const ledger = balance(both, [receipt('one'), receipt('two'), receipt('one', { bodyDigest: 'another' })])
    expect(ledger).toMatchObject({ duplicateCount: 1, alteredCount: 1 })
    expect(isKept(ledger)).toBe(false)
  })

  test('does not take the word of a webhook that is wrongly signed', () => {
    const ledger = balance(both, [receipt('one'), receipt('two', { isGenuine: false })])
    expect(ledger).toMatchObject({ receivedCount: 1, lost: ['two'], forgedCount: 1 })
    expect(isKept(ledger)).toBe(false)
  })
})
