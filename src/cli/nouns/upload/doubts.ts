import type { Client } from '../../../client/client.ts'
import { rememberedForMs } from '../../../images/once.ts'
import { digestOf, storedDigest, type StoredImage } from './send-image.ts'
import { markOf, type UploadItem } from './upload-item.ts'
import type { UploadJournal } from './upload-journal.ts'

/** Keys are asked for again only while the server surely knows them; between the clocks of two machines lies little. */
const slackMs = 3_600_000

type Doubt = { readonly item: UploadItem; readonly mark: string; readonly begunAt: number }

const doubtsOf = (items: readonly UploadItem[], journal: UploadJournal, now: number): readonly Doubt[] =>
  items.flatMap((item) => {
    if (item.kind === 'url' || item.id !== undefined) return []
    const mark = markOf(item)
    const entry = mark === undefined ? undefined : journal.find(mark)
    const isOld = entry && entry.id === undefined && now - entry.begunAt > rememberedForMs - slackMs
    return mark !== undefined && isOld ? [{ item, mark, begunAt: entry.begunAt }] : []
  })

/** The newest images, back to an instant. */
async function* imagesSince(client: Client, instant: number): AsyncGenerator<StoredImage> {
  let token: string | null = ''
  while (token !== null) {
    const query = { per_page: '1000', sort_order: 'desc' as const, ...(token !== '' && { continuation_token: token }) }
    const page: { images: readonly StoredImage[]; continuation_token: string | null } = await client.call(
      'getImagesV2',
      { query },
    )
    for (const image of page.images) {
      if (Date.parse(image.uploaded) < instant) return
      yield image
    }
    token = page.continuation_token
  }
}

/**
 * Finds out about images that were on their way when a run was ended over a day ago: the server no longer knows their
 * keys. One that it has, by its name and its bytes, is done; of the others it took nothing, and they are sent again.
 */
export const settleDoubts = async (
  client: Client,
  items: readonly UploadItem[],
  journal: UploadJournal,
  now: number,
): Promise<void> => {
  const open = [...doubtsOf(items, journal, now)]
  if (open.length === 0) return
  const since = Math.min(...open.map(({ begunAt }) => begunAt)) - slackMs
  for await (const image of imagesSince(client, since)) {
    if (open.length === 0) return
    const at = open.findIndex(({ item }) => item.filename === image.filename)
    const doubt = open[at]
    if (!doubt || (await storedDigest(client, image.id)) !== (await digestOf(doubt.item.source))) continue
    journal.done(doubt.mark, image.id)
    open.splice(at, 1)
  }
  for (const { mark } of open) journal.refused(mark)
}
