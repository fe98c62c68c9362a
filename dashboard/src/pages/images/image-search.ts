import { useLocation, useSearch } from 'wouter'

/** What images are searched by. */
export const searches = [
  ['id', 'Id'],
  ['creator', 'Creator'],
  ['meta', 'Metadata'],
] as const

export type ImageSearch = {
  readonly by: (typeof searches)[number][0]
  /** Of a search in metadata: the field, its levels joined by dots. */
  readonly field: string
  /** Empty: all images. */
  readonly text: string
}

/** The search that stands in the page's address, so that it can be kept, sent and gone back to. */
export const useImageSearch = (): readonly [ImageSearch, (next: ImageSearch) => void] => {
  const [, go] = useLocation()
  // The router hands it out decoded, and a decoded address cannot be read without loss.
  useSearch()
  const query = new URLSearchParams(location.search)
  const by = searches.find(([value]) => value === query.get('by'))?.[0] ?? 'id'
  const search = { by, field: query.get('field') ?? '', text: query.get('for') ?? '' }
  const change = (next: ImageSearch): void => {
    const given = {
      by: next.by,
      ...(next.by === 'meta' && { field: next.field }),
      for: next.text,
    }
    go(next.text === '' ? '/images' : `/images?${new URLSearchParams(given)}`)
  }
  return [search, change]
}
