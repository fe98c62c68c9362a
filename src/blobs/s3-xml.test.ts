import { describe, expect, it } from 'vitest'
import { childText, escapeXml, readXml } from './s3-xml.ts'

describe('the XML of S3', () => {
  it('is read into elements and text', () => {
    const root = readXml(
      '\n<?xml version="1.0" encoding="UTF-8"?>\n<List xmlns="http://a/b"  x=\'1\'>\n <Key>a &amp; b&#33;&#x21;</Key><Empty /><Tag a="1"/>\n</List>\n',
    )
    expect(root.name).toBe('List')
    expect(root.children.map(({ name }) => name)).toEqual(['Key', 'Empty', 'Tag'])
    expect(childText(root, 'Key')).toBe('a & b!!')
    expect(childText(root, 'Empty')).toBe('')
    expect(childText(root, 'Missing')).toBe(undefined)
  })

  it.each([
    '',
    'text',
    '<a>',
    '</a>',
    '<a></b>',
    '<a><b></a></b>',
    '<a/><b/>',
    '<a/>text',
    '<a x=1/>',
    '<a>&nbsp;</a>',
    '<a>&</a>',
    '<a>&#x110000;</a>',
    '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    '<a><![CDATA[b]]></a>',
    '<a><!-- b --></a>',
    '<a><?b?></a>',
    '<a',
    '<a>'.repeat(100) + '</a>'.repeat(100),
  ])('is refused when it is anything else: %j', (text) => {
    expect(() => readXml(text)).toThrow('the XML is malformed')
  })

  it('takes any text back that was escaped', () => {
    const text = `<"'&>&amp;`
    expect(readXml(`<a>${escapeXml(text)}</a>`).text).toBe(text)
  })

  it('is read in time that grows with its length only', () => {
    const many = 20_000
    expect(readXml(`<a>${'<b>c</b>'.repeat(many)}</a>`).children).toHaveLength(many)
    expect(() => readXml(`<a ${'b '.repeat(many)}`)).toThrow('malformed')
    expect(() => readXml(`<a${' b="c"'.repeat(many)}`)).toThrow('malformed')
  })
})
