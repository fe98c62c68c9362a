import { parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser'
import { type AST, ParseError as TomlError, parseTOML } from 'toml-eslint-parser'

/** One value of a file of settings: the keys that lead to it, the text where it is one, and its line from 1. */
export type Entry = { readonly path: readonly string[]; readonly text: string | undefined; readonly line: number }

/** What a file holds, or the line at which it cannot be read. */
export type Entries =
  | { readonly ok: true; readonly entries: readonly Entry[] }
  | { readonly ok: false; readonly line: number; readonly reason: string }

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length

const ofNode = (source: string, node: Node, path: readonly string[]): Entry[] => {
  if (node.type === 'object')
    return (node.children ?? []).flatMap(({ children: [key, value] = [] }) =>
      key && value ? ofNode(source, value, [...path, String(key.value)]) : [],
    )
  if (node.type === 'array')
    return (node.children ?? []).flatMap((item, at) => ofNode(source, item, [...path, String(at)]))
  const text = typeof node.value === 'string' ? node.value : undefined
  return [{ path, text, line: lineAt(source, node.offset) }]
}

const readJsonc = (source: string): Entries => {
  const errors: ParseError[] = []
  const root = parseTree(source, errors, { allowTrailingComma: true })
  const [error] = errors
  if (error)
    return {
      ok: false,
      line: lineAt(source, error.offset),
      reason: `it is no JSON from here on (${printParseErrorCode(error.error)})`,
    }
  return { ok: true, entries: root ? ofNode(source, root, []) : [] }
}

const keysOf = ({ keys }: AST.TOMLKey): string[] => keys.map((key) => (key.type === 'TOMLBare' ? key.name : key.value))

const ofValue = (value: AST.TOMLContentNode, path: readonly string[]): Entry[] => {
  if (value.type === 'TOMLInlineTable')
    return value.body.flatMap(({ key, value: inner }) => ofValue(inner, [...path, ...keysOf(key)]))
  if (value.type === 'TOMLArray') return value.elements.flatMap((item, at) => ofValue(item, [...path, String(at)]))
  const text = value.kind === 'string' ? value.value : undefined
  return [{ path, text, line: value.loc.start.line }]
}

const readToml = (source: string): Entries => {
  try {
    const entries = parseTOML(source).body[0].body.flatMap((part) =>
      part.type === 'TOMLTable'
        ? part.body.flatMap(({ key, value }) => ofValue(value, [...part.resolvedKey.map(String), ...keysOf(key)]))
        : ofValue(part.value, keysOf(part.key)),
    )
    return { ok: true, entries }
  } catch (error) {
    if (error instanceof TomlError) return { ok: false, line: error.lineNumber, reason: 'it is no TOML from here on' }
    throw error
  }
}

/** Every value of a `wrangler.jsonc`, `wrangler.json` or `wrangler.toml`, by the name of the file. */
export const readEntries = (name: string, source: string): Entries =>
  name.endsWith('.toml') ? readToml(source) : readJsonc(source)
