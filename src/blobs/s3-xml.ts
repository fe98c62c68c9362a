/** One element of an answer of S3's: these hold either text or elements. */
export type XmlElement = {
  readonly name: string
  /** The text in it, entities resolved; of an element that holds elements, what stands between them. */
  readonly text: string
  readonly children: readonly XmlElement[]
}

const deepest = 16
const token = /<(\/?)([A-Za-z_][\w.:-]*)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/y
const declaration = /^\uFEFF?\s*(?:<\?xml\s[^<>]*\?>)?/
const entity = /&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(\w+));|&/g
const namedEntities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

const malformed = (why: string): Error => new Error(`the XML is malformed: ${why}`)

const resolveEntities = (text: string): string =>
  text.replaceAll(entity, (whole, decimal?: string, hex?: string, name?: string) => {
    const codePoint = decimal ? Number(decimal) : hex ? Number.parseInt(hex, 16) : undefined
    if (codePoint !== undefined && codePoint <= 0x10ffff) return String.fromCodePoint(codePoint)
    const named = name === undefined ? undefined : namedEntities[name]
    if (named === undefined) throw malformed(`${whole} means nothing`)
    return named
  })

type OpenElement = { name: string; text: string; children: XmlElement[] }

/**
 * Reads a document of elements and text, which is all that S3 sends: document types, CDATA, comments and instructions
 * are refused, attributes are skipped. Bound the length before.
 * @throws Error for anything else.
 */
export const readXml = (document: string): XmlElement => {
  let at = declaration.exec(document)?.[0].length ?? 0
  const top: OpenElement = { name: '', text: '', children: [] }
  const open: OpenElement[] = [top]
  while (at < document.length) {
    token.lastIndex = at
    const found = token.exec(document)
    if (!found) throw malformed(`what stands at ${at} is not understood`)
    at = token.lastIndex
    const [, isEnd, name, , isEmpty, text] = found
    const parent = open.at(-1) ?? top
    if (name === undefined) {
      parent.text += resolveEntities(text ?? '')
      continue
    }
    if (isEnd) {
      if (open.length === 1 || parent.name !== name) throw malformed(`</${name}> closes nothing`)
      open.pop()
      continue
    }
    const element: OpenElement = { name, text: '', children: [] }
    parent.children.push(element)
    if (isEmpty) continue
    open.push(element)
    if (open.length > deepest) throw malformed(`it is over ${deepest} levels deep`)
  }
  const [root, ...others] = top.children
  if (open.length > 1) throw malformed(`<${open.at(-1)?.name}> is not closed`)
  if (!root || others.length > 0 || top.text.trim() !== '') throw malformed('it must hold one root element')
  return root
}

/** The text of the first child of that name; undefined when there is none. */
export const childText = (element: XmlElement, name: string): string | undefined =>
  element.children.find((child) => child.name === name)?.text

/** Makes text fit to stand in an element. */
export const escapeXml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`)
