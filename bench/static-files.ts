/** The least that serving a file can cost: a bare server of one folder, with ETags. Prints its address. */
import { open } from 'node:fs/promises'
import { createServer } from 'node:http'
import { basename, join } from 'node:path'
import { serveCommands } from './commands.ts'

const [folder = ''] = process.argv.slice(2)

const server = createServer((request, response) => {
  const answer = async (): Promise<void> => {
    const file = await open(join(folder, basename(request.url ?? '')))
    try {
      const { size, mtimeMs } = await file.stat()
      const etag = `"${size}-${mtimeMs}"`
      if (request.headers['if-none-match'] === etag) return void response.writeHead(304, { etag }).end()
      const bytes = await file.readFile()
      response.writeHead(200, { etag, 'content-length': size, 'content-type': 'image/webp' }).end(bytes)
    } finally {
      await file.close()
    }
  }
  answer().catch(() => response.writeHead(404).end())
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.stdout.write(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}\n`)
})
serveCommands({}, async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})
