import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { openStage } from './ground/page-stage.ts'
import type { Terminal } from './ground/page-terminal.ts'
import { type Block, readPages } from './ground/pages.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * How the commands of a block are run. `sh`: to their end. `sh until: text`: they go on in a terminal of their own; what
 * follows on the page begins when the text is printed. `sh no-run: reason`: they need what no test has.
 */
type Manner = { readonly kind: 'run' } | { readonly kind: 'until' | 'no-run'; readonly words: string }

const mannerOf = ({ page, line, info }: Block): Manner => {
  if (info === '') return { kind: 'run' }
  const [, kind, words = ''] = /^(until|no-run): (.+)$/.exec(info) ?? []
  if (kind === 'until' || kind === 'no-run') return { kind, words }
  throw new Error(`${page}:${line}: "${info}" is none of: until: <text>, no-run: <reason>.`)
}

const shells = new Set(['sh', 'bash', 'shell', 'console', 'zsh'])
const pages = readPages().map(({ path, blocks }) => ({
  path,
  blocks: blocks.filter(({ language }) => shells.has(language)),
}))
const runnable = pages.filter(({ blocks }) => blocks.some((block) => mannerOf(block).kind !== 'no-run'))

const server = { block: 'imagehooks dev', until: 'Imagehooks is ready' }
const receiver = { block: 'npm run example:node', until: 'Webhooks are received at' }

/** What the reader of a page runs already: a server and a receiver, unless the page starts them itself. */
const before: Readonly<Record<string, readonly (typeof server)[]>> = {
  'README.md': [],
  'docs/cli.md': [receiver],
  'docs/installing.md': [],
  'docs/local-testing.md': [],
  'docs/direct-upload.md': [server],
  'examples/cluster/README.md': [],
  'examples/node/README.md': [server],
  'examples/worker/README.md': [server],
}

/** Where wrangler listens takes the place of the usual address, which a page names besides. */
const readAddress = async (terminal: Terminal, printed: string): Promise<void> => {
  const address = /Ready on (http:\S+)/.exec(printed)?.[1]
  if (address !== undefined) await terminal.run(`export WEBHOOK_URL=${address}/webhooks`)
}

/** Runs one block as it is written. */
const perform = async (terminal: Terminal, block: Block): Promise<void> => {
  const manner = mannerOf(block)
  if (manner.kind === 'no-run') return
  const step = async (): Promise<unknown> => {
    if (block.prelude.line > 0) await terminal.run(block.prelude.text)
    if (manner.kind === 'run') return terminal.run(block.text)
    return readAddress(terminal, await terminal.start(block.text, manner.words))
  }
  await step().catch((error: unknown) => {
    throw new Error(`${block.page}:${block.line}: this block failed.\n${block.text}${String(error)}`, { cause: error })
  })
}

describe('the commands of', () => {
  test.each(runnable)(
    '$path run as they are written',
    async ({ path, blocks }) => {
      const terminal = await openStage()
      for (const { block, until } of before[path] ?? [server, receiver]) await terminal.start(block, until)
      for (const block of blocks) await expect(perform(terminal, block)).resolves.toBeUndefined()
    },
    300_000,
  )

  test('all pages are in blocks that say whether they are run, or why not', () => {
    const manners = pages.flatMap(({ blocks }) => blocks.map(mannerOf))
    expect(manners.filter(({ kind }) => kind === 'run').length).toBeGreaterThan(15)
    expect(pages.flatMap(({ blocks }) => blocks).filter(({ language }) => language !== 'sh')).toEqual([])
  })
})

describe('a terminal', () => {
  test('keeps variables and the folder, and says what failed', async () => {
    const terminal = await openStage()
    await terminal.run('mkdir new\ncd new\nname=value\n')
    expect(await terminal.run('echo "$name in $(basename "$PWD")"')).toContain('value in new')
    await expect(terminal.run('echo before\nfalse\necho after\n')).rejects.toThrow(/before\n$/)
  })

  test('takes over what a program that goes on prints to be exported, and ends it', async () => {
    const terminal = await openStage()
    await terminal.run('export given=1')
    await terminal.start('echo "  export FOUND=$given"\necho ready\nexec tail -f /dev/null\n', 'ready')
    expect(await terminal.run('echo "<$FOUND>"')).toContain('<1>')
    await expect(terminal.start('echo no', 'ready')).rejects.toThrow('It ended (0):\nno')
  })
})

test('CI runs the command of the README, and nothing else', () => {
  const commands = readFileSync(`${root}.ci/run`, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  const [block] =
    pages.find(({ path }) => path === 'README.md')?.blocks.filter(({ text }) => text.includes('npm test')) ?? []
  expect(commands.at(-1)).toBe(block?.text.trim())
})
