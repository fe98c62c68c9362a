/** Verifies on Node: asked `check` and `run` with the name of a contestant and the size of a body. */
import { numberOf, serveCommands, textOf } from './commands.ts'
import { checkContestant, prepared, repeat } from './verifiers.ts'

serveCommands({
  async check(given) {
    const name = textOf(given, 'name')
    const { contestant, signed } = prepared(name, numberOf(given, 'byteCount'))
    await checkContestant(name, contestant, signed)
    return {}
  },
  /** The time that `count` of them take. */
  async run(given) {
    const { run } = prepared(textOf(given, 'name'), numberOf(given, 'byteCount'))
    const start = performance.now()
    await repeat(run, numberOf(given, 'count'))
    return { ms: performance.now() - start }
  },
})
process.stdout.write('ready\n')
