import sharp from 'sharp'
import { expect, test } from 'vitest'
import { phonePhoto } from './fixtures/images.ts'
import { imageServer } from './ground/image-server.ts'

test('a photo of a phone is kept as the HEIC it came as, and served as what browsers show', async () => {
  const server = await imageServer()
  const form = new FormData()
  form.append('id', 'holiday.heic')
  form.append('file', new File([new Uint8Array(phonePhoto.bytes)], 'IMG_0001.HEIC'))
  const uploaded = await server.api('', { method: 'POST', body: form })
  expect(await uploaded.json()).toMatchObject({ result: { id: 'holiday.heic', filename: 'IMG_0001.HEIC' } })

  const blob = await server.api('/holiday.heic/blob')
  expect(blob.headers.get('content-type')).toBe('image/heic')
  expect(Buffer.from(await blob.arrayBuffer()).equals(phonePhoto.bytes)).toBe(true)

  const served = async (accept: string) => {
    const response = await server.fetch(`/${server.account.hash}/holiday.heic/public`, { headers: { accept } })
    const { format, width, height } = await sharp(Buffer.from(await response.arrayBuffer())).metadata()
    return [response.status, response.headers.get('content-type'), format, width, height]
  }
  expect(await served('*/*')).toEqual([200, 'image/jpeg', 'jpeg', 160, 120])
  expect(await served('image/webp,*/*')).toEqual([200, 'image/webp', 'webp', 160, 120])
})
