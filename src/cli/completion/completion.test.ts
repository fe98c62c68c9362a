import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { runHere } from '../../../test/ground/command-here.ts'
import { temporaryFolder } from '../../../test/ground/temporary.ts'

const complete = async (...words: string[]): Promise<string[]> => {
  const { code, printed, said } = await runHere(['complete', '--', ...words])
  expect({ code, said }).toEqual({ code: 0, said: '' })
  return printed.split('\n').flatMap((line) => (line === '' ? [] : [line.split('\t')[0] ?? '']))
}

describe('what fits behind the words of a command line', () => {
  test('commands, and what is not for people is not among them', async () => {
    expect(await complete('')).toEqual(expect.arrayContaining(['dev', 'images', 'completion', 'help']))
    expect(await complete('')).not.toContain('complete')
    expect(await complete('en')).toEqual(['endpoints'])
    expect(await complete('images', 'd')).toEqual(['delete', 'download', 'direct-upload'])
  })

  test('flags, each once, those that may be repeated again', async () => {
    expect(await complete('images', 'upload', '--id')).toEqual(['--id', '--id-from-name', '--id-prefix'])
    expect(await complete('images', 'upload', '--id', 'a', '--id')).toEqual(['--id-from-name', '--id-prefix'])
    expect(await complete('images', 'upload', '--meta', 'a=1', '--meta')).toEqual(['--meta', '--metadata'])
  })

  test('values that a flag may have, in every way of writing them', async () => {
    const states = ['pending', 'succeeded', 'dead', 'canceled']
    expect(await complete('deliveries', 'list', '--state', '')).toEqual(states)
    expect(await complete('deliveries', 'list', '--state', 'd')).toEqual(['dead'])
    expect(await complete('deliveries', 'list', '--state=d')).toEqual(['--state=dead'])
    // Bash breaks a word at each equals sign.
    expect(await complete('deliveries', 'list', '--state', '=')).toEqual(states)
    expect(await complete('deliveries', 'list', '--state', '=', 'd')).toEqual(['dead'])
    expect(await complete('completion', '')).toEqual(['bash', 'zsh', 'fish'])
  })

  test('files where a file is wanted, and nothing where only the user knows', async () => {
    expect(await complete('images', 'upload', 'pho')).toEqual([':files'])
    expect(await complete('images', 'upload', 'a.jpg', '')).toEqual([':files'])
    expect(await complete('images', 'upload', '--journal', '')).toEqual([':files'])
    expect(await complete('images', 'upload', '--', '--x')).toEqual([':files'])
    expect(await complete('images', 'get', '')).toEqual([])
    expect(await complete('images', 'list', '--creator', '')).toEqual([])
    expect(await complete('nothing', 'like', 'it')).toEqual([])
  })
})

/** A folder with the command in it, and an empty one. */
const makePlaces = () => {
  const root = temporaryFolder()
  const places = { bin: join(root, 'bin'), home: join(root, 'home') }
  for (const each of Object.values(places)) mkdirSync(each)
  const entry = fileURLToPath(new URL('../../../bin/imagehooks.mjs', import.meta.url))
  writeFileSync(join(places.bin, 'imagehooks'), `#!/bin/sh\nexec '${process.execPath}' '${entry}' "$@"\n`)
  chmodSync(join(places.bin, 'imagehooks'), 0o755)
  return places
}

describe('in a real bash', () => {
  /** What bash would put in the place of the last word. */
  const inBash = async (
    { bin, home }: ReturnType<typeof makePlaces>,
    ...words: string[]
  ): Promise<{ replies: string[]; options: string }> => {
    const quoted = words.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' ')
    const script = `
      source <(imagehooks completion bash)
      source <(imagehooks completion bash)
      compopt() { OPTIONS+=" $*"; }
      COMP_WORDS=(imagehooks ${quoted}); COMP_CWORD=${words.length}
      _imagehooks
      printf '%s\\n' "\${COMPREPLY[@]}"; printf 'options:%s\\n' "$OPTIONS"; complete -p imagehooks >&2`
    const { stdout, stderr } = await promisify(execFile)('bash', ['--norc', '-c', script], {
      cwd: home,
      env: { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` },
    })
    expect(stderr).toBe('complete -F _imagehooks imagehooks\n')
    const lines = stdout.trimEnd().split('\n')
    return { replies: lines.slice(0, -1).filter(Boolean), options: lines.at(-1) ?? '' }
  }

  test('commands, flags and values are completed, and files are left to bash', async () => {
    const places = makePlaces()
    expect(await inBash(places, 'im')).toEqual({ replies: ['import', 'images'], options: 'options:' })
    expect((await inBash(places, 'deliveries', 'list', '--state', '=', 'd')).replies).toEqual(['dead'])
    expect((await inBash(places, 'images', 'upload', '--rec')).replies).toEqual(['--recursive'])
    expect(await inBash(places, 'images', 'upload', 'pho')).toEqual({ replies: [], options: 'options: -o default' })
  })

  test('nothing that stands on the line is run', async () => {
    const places = makePlaces()
    const bait = join(places.home, 'bait')
    await inBash(places, 'images', 'get', `$(touch ${bait})`, `\`touch ${bait}\``, `'; touch ${bait}; '`, '')
    expect(await promisify(execFile)('ls', [places.home])).toMatchObject({ stdout: '' })
  })
})
