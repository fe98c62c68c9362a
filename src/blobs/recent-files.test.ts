import { describe, expect, it } from 'vitest'
import { createRecentFiles } from './recent-files.ts'

describe('recent files', () => {
  it('let the least recently used go, and only as many as the budget asks for', () => {
    const recent = createRecentFiles()
    for (const name of ['a', 'b', 'c']) recent.use(name, 10)
    recent.use('a', 10)
    expect(recent.shrink(30)).toEqual([])
    expect(recent.shrink(25)).toEqual(['b'])
    expect(recent.shrink(0)).toEqual(['c', 'a'])
    expect(recent.usage()).toEqual({ sizeBytes: 0, count: 0 })
  })

  it('count a file once, with its present size', () => {
    const recent = createRecentFiles()
    recent.use('a', 10)
    recent.use('a', 25)
    expect(recent.usage()).toEqual({ sizeBytes: 25, count: 1 })
    recent.forget('a')
    recent.forget('a')
    expect(recent.has('a')).toBe(false)
    expect(recent.usage()).toEqual({ sizeBytes: 0, count: 0 })
  })

  it('put files found at the start behind those that were used since', () => {
    const recent = createRecentFiles()
    recent.use('used', 10)
    recent.prepend([
      ['old', 10],
      ['used', 99],
      ['older than it looks', 10],
    ])
    expect(recent.usage()).toEqual({ sizeBytes: 30, count: 3 })
    expect(recent.shrink(0)).toEqual(['old', 'older than it looks', 'used'])
  })
})
