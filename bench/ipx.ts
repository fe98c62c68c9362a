/** ipx, an image server on the same sharp, as it comes, over one folder. Prints its address. */
import { createServer } from 'node:http'
import { createIPX, createIPXNodeServer, ipxFSStorage } from 'ipx'
import { serveCommands } from './commands.ts'

const [folder = ''] = process.argv.slice(2)
const server = createServer(createIPXNodeServer(createIPX({ storage: ipxFSStorage({ dir: folder }) })))
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.stdout.write(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}\n`)
})
serveCommands({}, async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})
