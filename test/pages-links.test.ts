import { existsSync, statSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parsePage, readPages } from './ground/pages.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const pages = readPages()
const anchors = new Map(pages.map(({ path, anchors: list }) => [path, list]))

/** What is wrong with a link from a page; undefined when it leads somewhere. */
const faultOf = (page: string, target: string): string | undefined => {
  if (/^(https?:|mailto:)/.test(target)) return URL.canParse(target) ? undefined : 'is no URL'
  const [file = '', anchor] = target.split('#')
  const path = file === '' ? page : normalize(join(dirname(page), decodeURIComponent(file)))
  if (path.startsWith('..')) return 'leads out of the repository'
  if (!existsSync(join(root, path))) return 'leads to no file'
  if (anchor === undefined) return undefined
  if (!anchors.has(path))
    return statSync(join(root, path)).isFile() && /^L\d+/.test(anchor) ? undefined : 'has an anchor in no page'
  return anchors.get(path)?.includes(anchor) ? undefined : 'leads to no heading'
}

test('every link leads to a file and a heading that are there', () => {
  const links = pages.flatMap((page) => page.links)
  expect(links.length).toBeGreaterThan(200)
  const dead = links.flatMap(({ page, line, target }) => {
    const fault = faultOf(page, target)
    return fault === undefined ? [] : [`${page}:${line}: ${target} ${fault}`]
  })
  expect(dead).toEqual([])
})

test('the index of the docs leads to every page of them, and the README to the index', () => {
  const targetsOf = (path: string) => pages.find((page) => page.path === path)?.links.map(({ target }) => target) ?? []
  const listed = targetsOf('docs/README.md')
  const written = pages.flatMap(({ path }) => /^docs\/([^/]+\.md)$/.exec(path)?.[1] ?? [])
  expect(listed).toEqual(expect.arrayContaining(written.filter((name) => name !== 'README.md')))
  expect(targetsOf('README.md')).toContain('docs/README.md')
})

test('every block says what it is written in, and no code hides in an indentation', () => {
  const faults = pages.flatMap(({ path, blocks, prose }) => [
    ...blocks.flatMap(({ language, line }) => (language === '' ? [`${path}:${line}: has no language`] : [])),
    ...prose.flatMap(({ line, text }, at) => {
      const before = prose[at - 1]?.text.trim()
      const isListed = prose
        .slice(0, at)
        .findLast((each) => /^\S/.test(each.text))
        ?.text.match(/^([-*]|\d+\.) /)
      return /^ {4,}\S/.test(text) && before === '' && !isListed ? [`${path}:${line}: is indented code`] : []
    }),
  ])
  expect(faults).toEqual([])
})

describe('taking a page apart', () => {
  test('finds blocks, their preludes, headings and links, and none of them inside of code', () => {
    const page = parsePage(
      'a.md',
      [
        '# One `two` *three*',
        '## One',
        '## One',
        '<!-- prelude',
        'let x',
        '-->',
        '',
        '```ts',
        '# no heading',
        '[no](link)',
        '```',
        '- a',
        '',
        '  ```sh until: ready',
        '  echo',
        '  ```',
        '[yes](b.md#c) `[no](d)`',
      ].join('\n'),
    )
    expect(page.anchors).toEqual(['one-two-three', 'one', 'one-1'])
    expect(page.links).toEqual([{ page: 'a.md', line: 17, target: 'b.md#c' }])
    expect(page.blocks).toEqual([
      {
        page: 'a.md',
        line: 9,
        language: 'ts',
        info: '',
        text: '# no heading\n[no](link)\n',
        prelude: { text: 'let x', line: 5 },
      },
      { page: 'a.md', line: 15, language: 'sh', info: 'until: ready', text: 'echo\n', prelude: { text: '', line: 0 } },
    ])
  })

  test('refuses a block without an end and a prelude without its block', () => {
    expect(() => parsePage('a.md', '```ts\nx')).toThrow('a.md:1')
    expect(() => parsePage('a.md', '<!-- prelude\nx\n-->\ntext')).toThrow('a.md:4')
  })
})
