import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { runHere } from '../../test/ground/command-here.ts'
import { commandEntries } from './commands.ts'
import { createProgram } from './program.ts'

const programWithAll = (): Promise<Command> => createProgram(commandEntries.map(({ name }) => name))

/** Every command that does something, with its words. */
const doersOf = (command: Command, words: readonly string[] = []): { words: readonly string[]; command: Command }[] =>
  command.commands.length === 0
    ? [{ words, command }]
    : command.commands.flatMap((below) => doersOf(below, [...words, below.name()]))

const doers = doersOf(await programWithAll()).filter(({ words }) => words[0] !== 'complete' && words[0] !== 'version')

const helpOf = async (words: readonly string[]): Promise<string> => (await runHere([...words, '--help'])).printed

/** The words of a line as a shell takes them, up to where another program begins. */
const wordsOf = (line: string): string[] => {
  const words = [...line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) => word.replaceAll(/['"]/g, ''))
  const end = words.findIndex((word) => ['|', '>', '>>', '&&', ';'].includes(word))
  return end < 0 ? words : words.slice(0, end)
}

describe('every command', () => {
  test('is there', () => expect(doers.length).toBeGreaterThan(50))

  test.each(doers.map(({ words }) => words.join(' ')))('%s says what it does, with examples', async (line) => {
    const help = await helpOf(line.split(' '))
    expect(help).toMatch(new RegExp(`^Usage: imagehooks ${line}\\b`))
    expect(help).toContain('\nExamples:\n')
    // A command may be what its noun means by itself.
    expect(help).toMatch(new RegExp(`^ {2}# .+\\n {2}\\$ imagehooks ${line.split(' ')[0]}\\b`, 'm'))
  })

  test.each(doers.map(({ words }) => words.join(' ')))('the examples of %s are understood', async (line) => {
    const help = await helpOf(line.split(' '))
    const examples = [...help.matchAll(/^ {2}\$ imagehooks (.+)$/gm)].map(([, words = '']) => words)
    expect(examples.length).toBeGreaterThan(0)
    for (const example of examples) {
      const program = await programWithAll()
      let understood = false
      for (const { command } of doersOf(program)) command.action(() => void (understood = true))
      await program.parseAsync(wordsOf(example), { from: 'user' })
      expect([example, understood]).toEqual([example, true])
    }
  })
})

test('a first flag of another command is not one of this', async () => {
  const { code, said } = await runHere(['images', 'list', '--recursive'])
  expect([code, said]).toEqual([1, expect.stringContaining('unknown option')])
})
