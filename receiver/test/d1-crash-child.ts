/**
 * A process that runs a receiver in workerd on the D1 database of the folder it is given. It prints `ready <url>`, and
 * `between` when an effect has happened whose event is not recorded yet; there it stays for ever.
 */
import { startWorkerd } from './workerd.ts'

const say = (word: string): void => void process.stdout.write(`${word}\n`)

const workerd = startWorkerd('crash-worker.ts', {
  d1Databases: ['DB'],
  resourcePersistencePath: process.argv[2],
  bindings: { NOW: '0' },
  serviceBindings: {
    BETWEEN: () => {
      say('between')
      return new Promise<never>(() => {})
    },
  },
})
say(`ready ${(await workerd.ready).href}`)
