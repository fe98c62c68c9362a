import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A fenced block of a page. */
export type Block = {
  /** The page's path from the root. */
  readonly page: string
  /** Of its first line of text, from 1. */
  readonly line: number
  readonly language: string
  /** What stands behind the language. */
  readonly info: string
  /** Without the indentation of the fence. */
  readonly text: string
  /** The lines of a comment `<!-- prelude … -->` right before it, which readers do not see, and where they begin. */
  readonly prelude: { readonly text: string; readonly line: number }
}

/** A link, and where it stands. */
export type Link = { readonly page: string; readonly line: number; readonly target: string }

/** A Markdown page, taken apart. */
export type Page = {
  readonly path: string
  readonly blocks: readonly Block[]
  readonly links: readonly Link[]
  /** What its headings are reached by, as GitHub makes it. */
  readonly anchors: readonly string[]
  /** The lines outside of every block and comment. */
  readonly prose: readonly { readonly line: number; readonly text: string }[]
}

const fence = /^( *)(`{3,}|~{3,})([^`\s]*) *([^`]*)$/
const link = /\]\(([^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?: "[^"]*")?\)/g

/** As GitHub does: letters, digits, `-` and `_` stay, spaces become `-`; what comes again gets a number. */
const anchorsOf = (headings: readonly string[]): string[] => {
  const seen = new Map<string, number>()
  return headings.map((heading) => {
    const text = heading.replaceAll(link, ']').replaceAll(/[[\]]/g, '')
    const slug = text
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M}\- _]/gu, '')
      .replaceAll(' ', '-')
    const times = seen.get(slug) ?? 0
    seen.set(slug, times + 1)
    return times === 0 ? slug : `${slug}-${times}`
  })
}

/** Takes a page apart. */
export const parsePage = (path: string, text: string): Page => {
  const lines = text.split('\n')
  const blocks: Block[] = []
  const prose: { line: number; text: string }[] = []
  let prelude = { text: '', line: 0 }
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    const [, indent = '', marks, language = '', info = ''] = fence.exec(line) ?? []
    const first = at + 1
    if (marks !== undefined) {
      while (++at < lines.length && lines[at]?.trim() !== marks);
      if (at === lines.length) throw new Error(`${path}:${first}: the block has no end.`)
      const inside = lines.slice(first, at).map((each) => each.slice(Math.min(indent.length, each.search(/\S|$/))))
      blocks.push({ page: path, line: first + 1, language, info: info.trim(), text: `${inside.join('\n')}\n`, prelude })
      prelude = { text: '', line: 0 }
    } else if (line.trim().startsWith('<!--')) {
      while (at < lines.length && !lines[at]?.trim().endsWith('-->')) at++
      if (line.trim() === '<!-- prelude') prelude = { text: lines.slice(first, at).join('\n'), line: first + 1 }
    } else {
      if (line.trim() !== '' && prelude.line > 0) throw new Error(`${path}:${first}: a prelude without its block.`)
      prose.push({ line: first, text: line })
    }
  }
  const bare = prose.map((each) => ({ ...each, text: each.text.replaceAll(/(`+)[^`].*?\1/g, '``') }))
  const headings = prose.flatMap((each) => /^#{1,6} +(.*?) *$/.exec(each.text)?.[1] ?? [])
  return {
    path,
    blocks,
    prose,
    anchors: anchorsOf(headings),
    links: bare.flatMap((each) =>
      [...each.text.matchAll(link)].map(([, target = '']) => ({ page: path, line: each.line, target })),
    ),
  }
}

/** Every page that people read. */
export const readPages = (): readonly Page[] =>
  globSync(['*.md', 'docs/**/*.md', 'receiver/*.md', 'examples/*/*.md', 'packaging/*.md', 'bench/*.md'], { cwd: root })
    .toSorted()
    .map((path) => parsePage(path, readFileSync(`${root}${path}`, 'utf8')))
