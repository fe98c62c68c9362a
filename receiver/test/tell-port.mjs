// Loaded before a server of the README, which listens at a free port and does not say at which.
import { Server } from 'node:net'

const { listen } = Server.prototype

Server.prototype.listen = function (...given) {
  this.once('listening', () => process.stdout.write(`http://127.0.0.1:${this.address().port}/\n`))
  return Reflect.apply(listen, this, given)
}
