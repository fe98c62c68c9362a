import { request } from 'node:http'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { sampleImage } from '../scripts/sample-images.ts'
import { eventually } from './ground/engine.ts'
import { imageServer } from './ground/image-server.ts'

const head = (server: { account: { id: string }; token: string }, more: string): string =>
  `POST /client/v4/accounts/${server.account.id}/images/v1 HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${server.token}\r\n` +
  `content-type: multipart/form-data; boundary=b\r\n${more}\r\n\r\n`

const part = '--b\r\ncontent-disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'

test('an upload whose connection breaks off leaves nothing', async () => {
  const server = await imageServer()
  const port = Number(new URL(await server.listen()).port)
  const { bytes } = await sampleImage('photo')
  const socket = connect(port, '127.0.0.1')
  socket.write(head(server, 'content-length: 1000000') + part)
  socket.write(bytes.subarray(0, 50_000))
  await eventually(() => server.blobFiles().length === 1)
  socket.resetAndDestroy()
  await eventually(() => server.log.lines.length > 0)
  expect(server.log.lines).toMatchObject([{ fields: { status: 400 } }])
  expect(server.blobFiles()).toEqual([])
  expect(await server.events()).toEqual([])
})

test('an upload in chunks is taken, and the connection serves the next request', async () => {
  const server = await imageServer()
  const url = await server.listen()
  const { bytes } = await sampleImage('webp')
  const headers = { authorization: `Bearer ${server.token}`, 'content-type': 'multipart/form-data; boundary=b' }
  const path = `/client/v4/accounts/${server.account.id}/images/v1`
  const answer = await new Promise<string>((resolve, reject) => {
    const outgoing = request(`${url}${path}`, { method: 'POST', headers }, (incoming) => {
      let text = ''
      incoming.on('data', (chunk) => (text += String(chunk)))
      incoming.on('end', () => resolve(text))
    })
    outgoing.on('error', reject)
    outgoing.write(part)
    outgoing.write(bytes)
    outgoing.end('\r\n--b--\r\n')
  })
  expect(JSON.parse(answer)).toMatchObject({ success: true, result: { filename: 'a.jpg' } })
})

test('an upload that is far too large hears so before it is through', async () => {
  const server = await imageServer()
  const port = Number(new URL(await server.listen()).port)
  const socket = connect(port, '127.0.0.1')
  const answers: string[] = []
  socket.on('data', (chunk) => answers.push(chunk.toString('utf8')))
  socket.on('error', () => {})
  socket.write(head(server, 'transfer-encoding: chunked') + `${part.length.toString(16)}\r\n${part}\r\n`)
  const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(65536), Buffer.from('\r\n')])
  await eventually(() => {
    if (!socket.writableNeedDrain) socket.write(chunk)
    return answers.length > 0
  })
  expect(answers[0]).toMatch(/^HTTP\/1\.1 413 /)
  socket.destroy()
  expect(server.blobFiles()).toEqual([])
})
