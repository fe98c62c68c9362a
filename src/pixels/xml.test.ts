import { describe, expect, it } from 'vitest'
import { rootName } from './xml.ts'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('rootName', () => {
  it.each([
    ['<svg/>', 'svg'],
    ['\ufeff  <?xml version="1.0"?><!-- <html> --><!DOCTYPE svg PUBLIC "a" "b"><svg xmlns="x"></svg>', 'svg'],
    ['<svg:svg xmlns:svg="x"/>', 'svg'],
    ['<!DOCTYPE html><html lang="en">', 'html'],
    ['<note>svg</note>', 'note'],
    [`<!-- ${'x'.repeat(70_000)} --><svg/>`, undefined],
    [`<!DOCTYPE svg [ <!ENTITY a "b"> ]><svg>`, 'svg'],
    ['svg', undefined],
    ['', undefined],
  ])('of %j is %s', (text, name) => {
    expect(rootName(bytesOf(text))).toBe(name)
  })
})
