import { expect, test } from 'vitest'
import { sampleImage } from '../scripts/sample-images.ts'
import { describeDrivers } from './ground/drivers.ts'
import { type ImageServer, imageServer } from './ground/image-server.ts'
import { answer } from './ground/reactions.ts'
import { testReceiver } from './ground/receiver.ts'

type Fields = Readonly<Record<string, string>>

const metadata = '{"kind":"cat","size":{"w":3},"tags":["a"],"old":true}'
/** What filters find it by: every text, number and boolean with its path; no list. */
const rows = [
  { path: 'kind', value: '"cat"', number_value: null },
  { path: 'old', value: 'true', number_value: null },
  { path: 'size.w', value: '3', number_value: 3 },
]

const formOf = async (fields: Fields, withFile: boolean): Promise<FormData> => {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  const { bytes, filename } = await sampleImage('webp')
  if (withFile) form.append('file', new File([new Uint8Array(bytes)], filename))
  return form
}

const idOf = async (response: Response): Promise<string> => (await response.json()).result.id

const uploads: Readonly<Record<string, (server: ImageServer) => Promise<string>>> = {
  'by file': async ({ api }) => idOf(await api('', { method: 'POST', body: await formOf({ metadata }, true) })),
  'by file with an idempotency key, twice': async ({ api }) => {
    const headers = { 'idempotency-key': 'once' }
    const send = async () => idOf(await api('', { method: 'POST', headers, body: await formOf({ metadata }, true) }))
    await send()
    return send()
  },
  'by url': async ({ api }) => {
    const { bytes } = await sampleImage('webp')
    const { url } = await testReceiver({ respond: () => answer(200, bytes) })
    return idOf(await api('', { method: 'POST', body: await formOf({ metadata, url }, false) }))
  },
  'by direct upload': async ({ account, token, fetch }) => {
    const made = await fetch(`/client/v4/accounts/${account.id}/images/v2/direct_upload`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: await formOf({ metadata }, false),
    })
    const { pathname, search } = new URL((await made.json()).result.uploadURL)
    return idOf(await fetch(pathname + search, { method: 'POST', body: await formOf({}, true) }))
  },
  'under the id of one that was removed': async ({ api }) => {
    const send = async () =>
      idOf(await api('', { method: 'POST', body: await formOf({ metadata, id: 'again' }, true) }))
    await api(`/${await send()}`, { method: 'DELETE' })
    return send()
  },
  'by PATCH': async ({ api }) => {
    const id = await idOf(await api('', { method: 'POST', body: await formOf({ metadata: '{"was":1}' }, true) }))
    const headers = { 'content-type': 'application/json' }
    return idOf(await api(`/${id}`, { method: 'PATCH', headers, body: `{"metadata":${metadata}}` }))
  },
}

describeDrivers('what filters find an image by', (driver) => {
  test.each(Object.entries(uploads))('stands there when it came %s, and goes with it', async (_, upload) => {
    const server = await imageServer({ driver })
    const id = await upload(server)
    const stored = () =>
      server.database.read(
        `select image_id, path, image_meta.value as value, image_meta.number_value as number_value,
           case when image.uploaded_at = image_meta.uploaded_at then 'its own' else 'another' end as moment
         from image_meta join image on image.account_id = image_meta.account_id and image.id = image_id order by path`,
        [],
      )
    expect(await stored()).toEqual(rows.map((row) => ({ image_id: id, ...row, moment: 'its own' })))
    await server.api(`/${id}`, { method: 'DELETE' })
    expect(await server.database.read('select * from image_meta', [])).toEqual([])
  })
})
