/** Verifies on Node: asked `check` and `run` with the name of a contestant and the size of a body. */
import { numberOf, serveCommands, textOf } from './commands.ts'
import { checkContestant, contestants, repeat, signedOf } from './verifiers.ts'

const contestantOf = (given: Readonly<Record<string, unknown>>) => {
  const name = textOf(given, 'name')
  const contestant = contestants[name]
  if (!contestant) throw new Error(`There is no contestant ${name}.`)
  return { name, contestant, signed: signedOf(numberOf(given, 'byteCount')) }
}

serveCommands({
  async check(given) {
    const { name, contestant, signed } = contestantOf(given)
    await checkContestant(name, contestant, signed)
    return {}
  },
  /** The time that `count` of them take. */
  async run(given) {
    const { contestant, signed } = contestantOf(given)
    const run = contestant(signed)
    const start = performance.now()
    await repeat(run, numberOf(given, 'count'))
    return { ms: performance.now() - start }
  },
})
process.stdout.write('ready\n')
